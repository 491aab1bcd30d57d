import type { ModuleApi } from '../api/module-api.ts';
import { withDeadline } from '../deadline.ts';
import { systemClock } from '../../kernel/clock.ts';
import { apiShape, exposeApi } from './expose-api.ts';
import { ModuleThread } from './module-thread.ts';
import type { Callable } from './callable.ts';
import type { ThreadData } from './thread.ts';
import type { Registered } from './thread-api.ts';
import { ThreadRequests, type SentAnswer } from './web-in-thread.ts';

/** How often a thread is asked whether it still answers, and how long beyond its own deadline it may be silent, in ms. */
const HEARTBEAT = 1_000;
const SILENCE = 2_000;
/** How long to wait before a thread is started again: the first time, and at most, in ms. A thread that runs for long starts afresh. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;
const GRACE = 5_000;

type Mutable = Record<string, unknown>;

/**
 * A module in a thread of its own, seen from the server. When the thread loops, needs too much memory or ends, it is started again;
 * what it is asked meanwhile fails, and the module's failure policy holds.
 */
export class IsolatedModule {
  readonly #data: ThreadData;
  readonly #api: ModuleApi;
  readonly #requests = new ThreadRequests();
  #thread: ModuleThread;
  #registered: Registered | undefined;
  #hasEnded = false;
  #pause = FIRST_PAUSE;
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(data: ThreadData, api: ModuleApi) {
    this.#data = data;
    this.#api = api;
    this.#thread = new ModuleThread(data);
  }

  /** Constructs the module in its thread and registers here what it registers there. @throws ModuleProblems, or what its constructor throws */
  async start(): Promise<void> {
    try {
      this.#registered = await this.#constructed();
      this.#register(this.#registered);
    } catch (error) {
      await this.#thread.end(new Error('it could not be started'));
      throw error;
    }
    this.#api.onDispose(() => this.#end());
    if (this.#registered.handsOver) {
      this.#api.onHandover({ save: () => this.#thread.peer.call('save'), restore: (state) => this.#thread.peer.call('restore', state) });
    }
    this.#watch();
  }

  async #constructed(): Promise<Registered> {
    const { peer } = this.#thread;
    exposeApi(peer, this.#api, this.#requests);
    await this.#thread.prepare();
    return (await peer.call('construct', apiShape(this.#api))) as Registered;
  }

  #register({ callbacks, resources }: Registered): void {
    const register = this.#api as unknown as Readonly<Record<string, (callbacks: object) => void>>;
    for (const [index, [method, name, key]] of callbacks.entries()) {
      const proxy = this.#proxy(index, name);
      const given = name === 'auth_checkers' ? { auth_checkers: [[key, proxy]] } : { [name]: proxy };
      register[method]?.(given);
    }
    for (const [index, [path, methods, options]] of resources.entries()) {
      const served = Object.keys(methods).map((method) => [method, this.#serving(index, method)] as const);
      this.#api.registerWebResource(path, Object.fromEntries(served), options);
    }
  }

  /** Stands for a callback, whichever thread runs it at the time. */
  #proxy(index: number, name: string): Callable {
    return async (...args) => {
      const callback = this.#registered?.callbacks[index]?.[3] as Callable | undefined;
      if (callback === undefined) throw new Error('its thread is being started again');
      const { peer } = this.#thread;
      const { value, args: left } = await peer.callWithReturn(callback, ...args);
      if (name === 'on_create_room') take(args[1] as Mutable, left[1] as Mutable);
      return afterLoginOf(value, async (afterLogin, reply) => take(reply, (await peer.callWithReturn(afterLogin, reply)).args[0] as Mutable));
    };
  }

  #serving(index: number, method: string): (ctx: Parameters<ThreadRequests['serve']>[0]) => Promise<void> {
    return (ctx) =>
      this.#requests.serve(ctx, async (request) => {
        const methods = this.#registered?.resources[index]?.[1] as Record<string, Callable> | undefined;
        if (methods?.[method] === undefined) throw new Error('the thread of this module is being started again');
        return (await methods[method](request)) as SentAnswer;
      });
  }

  #watch(): void {
    const thread = this.#thread;
    const since = Date.now();
    let lastSign = since;
    this.#heartbeat = setInterval(() => {
      void thread.peer.call('ping').then(
        () => (lastSign = Date.now()),
        () => undefined,
      );
      const limit = this.#data.entry.timeout + SILENCE;
      // What the thread has sent meanwhile is read first: this thread may have been the busy one.
      if (Date.now() - lastSign > limit)
        setImmediate(() => void (Date.now() - lastSign > limit && thread.end(new Error('it stopped answering, as in an endless loop'))));
    }, HEARTBEAT).unref();
    void thread.ended.then((reason) => this.#over(reason, Date.now() - since));
  }

  /** @param lived ms */
  #over(reason: Error, lived: number): void {
    clearInterval(this.#heartbeat);
    if (this.#hasEnded) return;
    this.#registered = undefined;
    if (lived > LONGEST_PAUSE) this.#pause = FIRST_PAUSE;
    this.#api.log.error(
      { error: reason, pause: this.#pause },
      `the thread of ${this.#api.moduleName} is gone and will be started again: ${reason.message}`,
    );
    setTimeout(() => void this.#again(), this.#pause).unref();
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
  }

  async #again(): Promise<void> {
    if (this.#hasEnded) return;
    this.#thread = new ModuleThread(this.#data);
    const began = Date.now();
    try {
      this.#registered = await this.#constructed();
      this.#watch();
    } catch (error) {
      await this.#thread.end(error as Error);
      this.#over(error as Error, Date.now() - began);
    }
  }

  async #end(): Promise<void> {
    this.#hasEnded = true;
    clearInterval(this.#heartbeat);
    await withDeadline(this.#thread.peer.call('dispose'), systemClock, GRACE).catch(() => undefined);
    await this.#thread.end(new Error('the module has ended'));
  }
}

/** Makes one object what the other is. */
function take(target: Mutable, source: Mutable): void {
  for (const key of Object.keys(target)) delete target[key];
  Object.assign(target, source);
}

/** auth_checkers may answer with a function that changes the reply of the login. */
function afterLoginOf(value: unknown, call: (afterLogin: Callable, reply: Mutable) => Promise<void>): unknown {
  if (!Array.isArray(value) || typeof value[1] !== 'function') return value;
  const afterLogin = value[1] as Callable;
  return [value[0], (reply: Mutable) => call(afterLogin, reply)];
}
