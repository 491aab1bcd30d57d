import { AsyncLocalStorage, createHook, type AsyncHook } from 'node:async_hooks';
import { fileURLToPath } from 'node:url';
import type { Clock, Timer } from '../kernel/clock.ts';

/** What outlives whoever opened it, by the names that Node.js has for it. */
const LASTING: Readonly<Record<string, string>> = {
  Timeout: 'a timer',
  TCPSERVERWRAP: 'a listening server',
  PIPESERVERWRAP: 'a listening server',
  TCPWRAP: 'a connection',
  PIPEWRAP: 'a pipe',
  UDPWRAP: 'a UDP socket',
  FSEVENTWRAP: 'a watched file',
  STATWATCHER: 'a watched file',
  FILEHANDLE: 'an open file',
  PROCESSWRAP: 'a process',
  WORKER: 'a worker thread',
  MESSAGEPORT: 'a message port',
  SIGNALWRAP: 'a signal handler',
};
/** Where the server's own code lies, and where source maps say that it does. */
const SERVER = ['../', '../../../src/'].map((folder) => fileURLToPath(new URL(folder, import.meta.url)));
const CLOCK = 'kernel/clock';

/** Something that a module has opened and not closed. */
export interface Leak {
  readonly module: string;
  /** In words: `a timer (at …/my-policy.js:12:5)`. */
  readonly what: string;
}

/** Notes what modules open: timers, servers, connections, files, threads, and listeners for events of the process. */
export class LeakWatch {
  readonly #module = new AsyncLocalStorage<string>();
  readonly #opened = new Map<unknown, Leak>();
  readonly #hook: AsyncHook;
  readonly #listeners = listenerCounts();

  constructor() {
    this.#hook = createHook({
      init: (id, type) => {
        const what = LASTING[type];
        const module = what === undefined ? undefined : this.#module.getStore();
        if (what === undefined || module === undefined) return;
        const place = foreignPlace();
        if (place !== undefined) this.#opened.set(id, { module, what: `${what}${place}` });
      },
      destroy: (id) => {
        this.#opened.delete(id);
      },
    }).enable();
  }

  /** What is opened in the course of this, however much later, is the module's. */
  within<T>(module: string, work: () => T): T {
    return this.#module.run(module, work);
  }

  /** A clock whose timers Node.js knows nothing of. */
  watched(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      after: (ms, callback) => {
        const module = this.#module.getStore();
        const place = module === undefined ? undefined : foreignPlace();
        if (module === undefined || place === undefined) return clock.after(ms, callback);
        const timer: Timer = clock.after(ms, () => {
          this.#opened.delete(timer);
          callback();
        });
        this.#opened.set(timer, { module, what: `a timer${place}` });
        return {
          cancel: () => {
            this.#opened.delete(timer);
            timer.cancel();
          },
        };
      },
    };
  }

  /** What is still open of modules that have ended. */
  async leaks(): Promise<readonly Leak[]> {
    // The end of a resource is told a little later.
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    const listeners = listenerCounts();
    const more = [...listeners].filter(([event, count]) => count > (this.#listeners.get(event) ?? 0));
    return [
      ...[...this.#opened.values()].map(({ module, what }) => ({ module, what })),
      ...more.map(([event]) => ({ module: 'a module', what: `a listener for process.on('${String(event)}')` })),
    ];
  }

  close(): void {
    this.#hook.disable();
  }
}

const listenerCounts = (): ReadonlyMap<string | symbol, number> =>
  new Map(process.eventNames().map((event) => [event, process.listenerCount(event)]));

/** Where something was opened; undefined when the server itself did it on behalf of the module. */
function foreignPlace(): string | undefined {
  const { stack = '' } = new Error('here');
  const places = stack
    .split('\n')
    .slice(1)
    .map((line) => /(?:\(|\bat (?:async )?)((?:file:\/\/|\/|[A-Za-z]:\\)[^()]+:\d+:\d+)\)?$/.exec(line)?.[1] ?? '')
    .map((place) => (place.startsWith('file://') ? fileURLToPath(place.replace(/:\d+:\d+$/, '')) + (/:\d+:\d+$/.exec(place)?.[0] ?? '') : place))
    .filter((place) => place !== '' && !place.includes('leak-watch') && !place.includes(CLOCK));
  const [place] = places;
  if (place === undefined) return '';
  return SERVER.some((folder) => place.startsWith(folder)) ? undefined : ` (at ${place})`;
}
