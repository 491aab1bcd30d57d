import type { ModuleEvent } from '../views/module-event.ts';
import type { Callable } from './callable.ts';

export type StateEntries = (readonly [type: string, stateKey: string, event: ModuleEvent])[];

/** A room's state that is looked up in another thread: what StateEvents is in the server's own. */
export class RemoteState {
  readonly #get: Callable;
  readonly #has: Callable;
  readonly #entries: Callable;

  constructor(get: Callable, has: Callable, entries: Callable) {
    this.#get = get;
    this.#has = has;
    this.#entries = entries;
    Object.freeze(this);
  }

  async get(type: string, stateKey = ''): Promise<ModuleEvent | undefined> {
    return (await this.#get(type, stateKey)) as ModuleEvent | undefined;
  }

  async has(type: string, stateKey = ''): Promise<boolean> {
    return (await this.#has(type, stateKey)) === true;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<StateEntries[number]> {
    yield* (await this.#entries()) as StateEntries;
  }
}
