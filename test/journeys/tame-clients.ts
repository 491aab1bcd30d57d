const nothing = (): void => undefined;
/** From here on a timer is a client's guard over a request, or its pause before the next attempt (ms). */
const LONG = 1_000;

let isTamed = false;

/**
 * Real clients write all they do on the console, and their timers would keep the process alive for minutes: guards over requests, and
 * attempts to reach a server that has ended. Call it in a suite that uses them. What a client still does after it was stopped stays tamed as well; only what reporters
 * print with comes back when the suite ends.
 */
export function tameClients(): void {
  const { log, error } = console;
  before(() => {
    Object.assign(console, { log: nothing, error: nothing });
    if (isTamed) return;
    isTamed = true;
    Object.assign(console, { trace: nothing, debug: nothing, info: nothing, warn: nothing });
    letLongTimersGo();
  });
  after(() => Object.assign(console, { log, error }));
}

function letLongTimersGo(): void {
  const { setTimeout } = globalThis;
  globalThis.setTimeout = Object.assign((callback: () => void, ms?: number, ...args: []): NodeJS.Timeout => {
    const timer = setTimeout(callback, ms, ...args);
    return ms !== undefined && ms >= LONG ? timer.unref() : timer;
  }, setTimeout);
}
