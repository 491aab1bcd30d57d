import { AsyncResource } from 'node:async_hooks';
import type { Clock, Timer } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import { runApart, type ModuleAtWork } from '../../kernel/place-of-work.ts';
import { Thread } from './thread.ts';

/** A call that was put off. */
export interface DelayedCall {
  cancel(): void;
  /** Whether it is still to come. */
  active(): boolean;
}

/** Work that no request waits for. What goes wrong in it is logged and harms nothing; it ends with the server. */
export interface BackgroundApi {
  /** Waits. @param seconds as long as this */
  sleep(seconds: number): Promise<void>;
  /**
   * Starts something and goes on.
   * @param description what to call it in the log
   * @returns what the function returned; undefined when it threw
   */
  runAsBackgroundProcess<Args extends readonly unknown[], T>(
    description: string,
    task: (...args: Args) => T | Promise<T>,
    ...args: Args
  ): Promise<T | undefined>;
  /**
   * Calls a function again and again, first after `ms`; a call that is due while the one before it is still running is left out.
   * @returns ends it
   */
  loopingBackgroundCall<Args extends readonly unknown[]>(task: (...args: Args) => unknown, ms: number, ...args: Args): DelayedCall;
  /**
   * Runs a function in a thread of its own: what it works out keeps nobody waiting. A thread costs some 30 ms to start.
   * @param file the address of a JavaScript file: `new URL('./work.js', import.meta.url)`
   * @param name the function that it exports. @param args what structuredClone can copy, as what the function returns
   */
  deferToThread(file: URL, name: string, ...args: readonly unknown[]): Promise<unknown>;
  /** Calls a function once, after `ms`. It is forgotten when the server ends before that. */
  delayedBackgroundCall<Args extends readonly unknown[]>(ms: number, task: (...args: Args) => unknown, ...args: Args): DelayedCall;
}

/** The background work of one module. */
export class Background implements BackgroundApi {
  readonly #clock: Clock;
  readonly #log: Log;
  #hasEnded = false;
  #sleepers = 0;
  readonly #timers = new Set<Timer>();
  readonly #threads = new Set<Thread>();
  readonly #running = new Set<Promise<unknown>>();
  /** What runs in the background is no part of the request in which it was started. */
  readonly #scope: AsyncResource;

  /** @param module whose work it is; undefined in a thread that is a module's alone */
  constructor(clock: Clock, log: Log, module: ModuleAtWork | undefined) {
    this.#clock = clock;
    this.#log = log;
    this.#scope = runApart(module, () => new AsyncResource('plexus.module'));
  }

  /** A sleeper is not woken by the end of the server: whoever sleeps in a loop would never stop. */
  sleep(seconds: number): Promise<void> {
    this.#sleepers += 1;
    return new Promise((resolve) => {
      this.#after(seconds * 1000, () => {
        this.#sleepers -= 1;
        resolve();
      });
    });
  }

  runAsBackgroundProcess<Args extends readonly unknown[], T>(
    description: string,
    task: (...args: Args) => T | Promise<T>,
    ...args: Args
  ): Promise<T | undefined> {
    const running = this.#scope.runInAsyncScope(() => this.#contained(description, () => task(...args)));
    this.#running.add(running);
    void running.then(() => this.#running.delete(running));
    return running;
  }

  loopingBackgroundCall<Args extends readonly unknown[]>(task: (...args: Args) => unknown, ms: number, ...args: Args): DelayedCall {
    let isBusy = false;
    let next: DelayedCall;
    const turn = async (): Promise<void> => {
      next = this.#after(ms, turn);
      if (isBusy) return;
      isBusy = true;
      await this.runAsBackgroundProcess(nameOf(task), task, ...args);
      isBusy = false;
    };
    next = this.#after(ms, turn);
    return { cancel: () => next.cancel(), active: () => next.active() };
  }

  delayedBackgroundCall<Args extends readonly unknown[]>(ms: number, task: (...args: Args) => unknown, ...args: Args): DelayedCall {
    return this.#after(ms, () => this.runAsBackgroundProcess(nameOf(task), task, ...args));
  }

  deferToThread(file: URL, name: string, ...args: readonly unknown[]): Promise<unknown> {
    if (this.#hasEnded) return Promise.reject(new Error(`${name} is not run: the module has ended`));
    const thread = new Thread(file, name, args);
    this.#threads.add(thread);
    return thread.result.finally(() => this.#threads.delete(thread));
  }

  /** Resolves when all that runs has ended or sleeps; what is still to come is not waited for. */
  async idle(): Promise<void> {
    while (this.#running.size > this.#sleepers) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Nothing is started any more. */
  end(): void {
    this.#hasEnded = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    for (const thread of this.#threads) thread.end();
  }

  #after(ms: number, callback: () => unknown): DelayedCall {
    if (this.#hasEnded) return { cancel: () => undefined, active: () => false };
    const timer = this.#clock.after(ms, () => {
      this.#timers.delete(timer);
      callback();
    });
    this.#timers.add(timer);
    return {
      cancel: () => {
        timer.cancel();
        this.#timers.delete(timer);
      },
      active: () => this.#timers.has(timer),
    };
  }

  async #contained<T>(description: string, task: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await task();
    } catch (error) {
      this.#log.error({ error, task: description }, `${description} failed in the background`);
      return undefined;
    }
  }
}

const nameOf = (task: { readonly name: string }): string => (task.name === '' ? 'a background call' : task.name);
