import { createHook, type AsyncHook } from 'node:async_hooks';
import { fileURLToPath } from 'node:url';
import type { Clock, Timer } from '../kernel/clock.ts';
import { moduleAtWork } from '../kernel/place-of-work.ts';
import { noticeListeners } from '../modules/leaks/instruments.ts';
import { placesIn } from '../modules/leaks/places.ts';

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
/** How many calls are looked at. The ten that Node takes do not reach the module where Node itself opens something by many. */
const CALLS = 40;
/** What stands around whoever opens something. */
const AROUND = ['leak-watch', '/modules/leaks/', 'kernel/clock'];
/** Of timers that end by themselves and keep nobody waiting: `AbortSignal.timeout`. */
const PASSING = 'node:internal/abort_controller';

/** Something that a module has opened and not closed. */
export interface Leak {
  readonly module: string;
  /** In words: `a timer (at …/my-policy.js:12:5)`. */
  readonly what: string;
}

/**
 * Notes what modules open: timers, servers, connections, files, threads, and listeners for events of the process. It sees more than the server
 * does in production (modules/leaks), by means that slow everything down.
 */
export class LeakWatch {
  readonly #opened = new Map<unknown, Leak>();
  readonly #listeners: { readonly leak: Leak; readonly isOpen: () => boolean }[] = [];
  readonly #hook: AsyncHook;
  readonly #endNoticing: () => void;

  constructor() {
    this.#hook = createHook({
      init: (id, type) => {
        const what = LASTING[type];
        const leak = what === undefined ? undefined : leakOf(what);
        if (leak !== undefined) this.#opened.set(id, leak);
      },
      destroy: (id) => {
        this.#opened.delete(id);
      },
    }).enable();
    this.#endNoticing = noticeListeners((what, isOpen) => {
      const leak = leakOf(what);
      if (leak !== undefined) this.#listeners.push({ leak, isOpen });
    });
  }

  /** A clock whose timers Node.js knows nothing of. */
  watched(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      after: (ms, callback) => {
        const leak = leakOf('a timer');
        if (leak === undefined) return clock.after(ms, callback);
        const timer: Timer = clock.after(ms, () => {
          this.#opened.delete(timer);
          callback();
        });
        this.#opened.set(timer, leak);
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
    return [...this.#opened.values(), ...this.#listeners.filter(({ isOpen }) => isOpen()).map(({ leak }) => leak)];
  }

  close(): void {
    this.#hook.disable();
    this.#endNoticing();
  }
}

/** What a module opens; undefined when it is the server that does. */
function leakOf(what: string): Leak | undefined {
  const module = moduleAtWork();
  const place = module === undefined ? undefined : foreignPlace();
  return module === undefined || place === undefined ? undefined : { module: module.name, what: `${what}${place}` };
}

/** Where something was opened; undefined when the server itself did it on behalf of the module, and for what is no leak. */
function foreignPlace(): string | undefined {
  const usual = Error.stackTraceLimit;
  Error.stackTraceLimit = Math.max(CALLS, usual);
  const { stack = '' } = new Error('here');
  Error.stackTraceLimit = usual;
  if (stack.includes(PASSING)) return undefined;
  const places = placesIn(stack).filter((place) => !AROUND.some((part) => place.includes(part)));
  const [place] = places;
  if (place === undefined) return '';
  return SERVER.some((folder) => place.startsWith(folder)) ? undefined : ` (at ${place})`;
}
