import type { Callable } from './callable.ts';
import { decode, encode, type Encoded, type Handles } from './wire.ts';

/** What two threads send each other. */
type Message =
  | { readonly kind: 'call'; readonly id: number; readonly target: string | number; readonly args: Encoded; readonly returnsArgs: boolean }
  | { readonly kind: 'answer'; readonly id: number; readonly value: Encoded; readonly args: Encoded | undefined }
  | { readonly kind: 'failure'; readonly id: number; readonly error: Encoded }
  | { readonly kind: 'release'; readonly handle: number };

/** One end of a channel between threads: a Worker, or its parentPort. */
export interface Port {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  readonly given: readonly unknown[];
}

/** A value that came with a call's answer, and the call's arguments as the other side left them. */
export interface Returned {
  readonly value: unknown;
  readonly args: readonly unknown[];
}

/**
 * Calls functions of another thread. Functions among arguments and results become functions on the other side, which are forgotten here
 * once nobody holds them there.
 */
export class Peer implements Handles {
  readonly #port: Port;
  readonly #named = new Map<string, Callable>();
  readonly #handles = new Map<number, Callable>();
  readonly #waiting = new Map<number, Waiting>();
  /** Functions of the other side, by what they are there. */
  readonly #remote = new WeakMap<Callable, number>();
  readonly #collected = new FinalizationRegistry<number>((handle) => this.#post({ kind: 'release', handle }));
  #next = 0;
  #closed: Error | undefined;

  constructor(port: Port) {
    this.#port = port;
    port.on('message', (message) => void this.#receive(message as Message));
  }

  /** Lets the other side call a function by its name. */
  expose(name: string, callable: Callable): void {
    this.#named.set(name, callable);
  }

  /** @throws what the function throws, or why the other side is gone */
  async call(target: string, ...args: readonly unknown[]): Promise<unknown> {
    return (await this.#call(target, args, false)).value;
  }

  /** Calls a function of the other side. @returns the arguments, too, as it left them: it works on copies */
  callWithReturn(callable: Callable, ...args: readonly unknown[]): Promise<Returned> {
    const handle = this.#remote.get(callable);
    return handle === undefined ? Promise.reject(new Error('this function is not of the other thread')) : this.#call(handle, args, true);
  }

  /** Ends it: whoever waits, and whoever calls from now on, is told why. */
  close(reason: Error): void {
    this.#closed ??= reason;
    for (const waiting of this.#waiting.values()) waiting.reject(reason);
    this.#waiting.clear();
  }

  hold(callable: Callable): number {
    const handle = (this.#next += 1);
    this.#handles.set(handle, callable);
    return handle;
  }

  callable(handle: number): Callable {
    const remote: Callable = async (...args) => (await this.#call(handle, args, false)).value;
    this.#remote.set(remote, handle);
    this.#collected.register(remote, handle);
    return remote;
  }

  #call(target: string | number, args: readonly unknown[], returnsArgs: boolean): Promise<Returned> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed);
    const id = (this.#next += 1);
    return new Promise<Returned>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve, reject, given: args });
      try {
        this.#post({ kind: 'call', id, target, args: encode(args, this), returnsArgs });
      } catch (error) {
        this.#waiting.delete(id);
        reject(error);
      }
    });
  }

  async #receive(message: Message): Promise<void> {
    switch (message.kind) {
      case 'call':
        return this.#serve(message);
      case 'release':
        return void this.#handles.delete(message.handle);
      case 'answer': {
        const waiting = this.#taken(message.id);
        const args = message.args === undefined ? waiting?.given : decode(message.args, this);
        return waiting?.resolve({ value: decode(message.value, this), args });
      }
      case 'failure':
        return this.#taken(message.id)?.reject(decode(message.error, this));
    }
  }

  #taken(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  async #serve({ id, target, args, returnsArgs }: Message & { kind: 'call' }): Promise<void> {
    try {
      const callable = typeof target === 'string' ? this.#named.get(target) : this.#handles.get(target);
      if (callable === undefined) throw new Error(`nothing is called ${target} here`);
      const given = decode(args, this) as readonly unknown[];
      const value = encode(await callable(...given), this);
      this.#post({ kind: 'answer', id, value, args: returnsArgs ? encode(given, this) : undefined });
    } catch (error) {
      this.#post({ kind: 'failure', id, error: encode(error, this) });
    }
  }

  #post(message: Message): void {
    if (this.#closed === undefined) this.#port.postMessage(message);
  }
}
