import type { StateView } from '../../kernel/event-plan.ts';
import { ModuleEvent } from './module-event.ts';

/** The state of a room, looked up key by key: reading two keys costs two look-ups, however large the room is. */
export class StateEvents {
  readonly #view: StateView;

  constructor(view: StateView) {
    this.#view = view;
    Object.freeze(this);
  }

  /** The event at (type, state key), or undefined. */
  async get(type: string, stateKey = ''): Promise<ModuleEvent | undefined> {
    const event = await this.#view.get(type, stateKey);
    return event === undefined ? undefined : new ModuleEvent(event);
  }

  has(type: string, stateKey = ''): Promise<boolean> {
    return this.#view.has(type, stateKey);
  }

  /** Walks over the whole state: `for await (const [type, stateKey, event] of state)`. In a large room that is much work. */
  async *[Symbol.asyncIterator](): AsyncGenerator<readonly [type: string, stateKey: string, event: ModuleEvent]> {
    for await (const [type, stateKey, event] of this.#view) yield [type, stateKey, new ModuleEvent(event)] as const;
  }
}
