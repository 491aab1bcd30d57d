import { parseStateKey, type Event } from '../../core/event.ts';
import type { EventId } from '../../core/identifiers.ts';
import type { Reader } from '../../kernel/database.ts';
import type { StateView } from '../../kernel/event-plan.ts';
import * as events from '../../store/events.ts';
import * as state from '../../store/state.ts';
import type { StateGroup } from '../../store/state.ts';

/** How many events one read fetches while somebody walks over the whole state. */
const PAGE = 100;

/** The state of a room as it was once. */
export class PastStateView implements StateView {
  readonly #group: StateGroup | undefined;
  readonly #reader: Reader;

  /** @param group undefined before a room's first event */
  constructor(group: StateGroup | undefined, reader: Reader) {
    this.#group = group;
    this.#reader = reader;
  }

  async get(type: string, stateKey: string): Promise<Event | undefined> {
    const eventId = await this.#idAt(type, stateKey);
    return eventId === undefined ? undefined : (await this.#reader.read(() => events.find(eventId)))?.event;
  }

  async has(type: string, stateKey: string): Promise<boolean> {
    return (await this.#idAt(type, stateKey)) !== undefined;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<readonly [type: string, stateKey: string, event: Event]> {
    const group = this.#group;
    if (group === undefined) return;
    const entries = [...(await this.#reader.read(() => state.whole(group)))];
    for (let start = 0; start < entries.length; start += PAGE) {
      const part = entries.slice(start, start + PAGE);
      const found = await this.#reader.read(() => events.findAll(part.map(([, eventId]) => eventId)));
      const byId = new Map(found.map(({ event }) => [event.eventId, event]));
      for (const [key, eventId] of part) {
        const event = byId.get(eventId);
        if (event !== undefined) yield [...parseStateKey(key), event] as const;
      }
    }
  }

  async #idAt(type: string, stateKey: string): Promise<EventId | undefined> {
    const group = this.#group;
    return group === undefined ? undefined : this.#reader.read(() => state.lookUp(group, type, stateKey));
  }
}
