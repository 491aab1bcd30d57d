import type { Event } from '../../core/event.ts';
import type { RoomId } from '../../core/identifiers.ts';
import type { Reader } from '../../kernel/database.ts';
import type { StateView } from '../../kernel/event-plan.ts';
import * as currentState from '../../store/current-state.ts';
import * as events from '../../store/events.ts';

/** How many events one read fetches while somebody walks over the whole state. */
const PAGE = 100;

/** The present state of a room, fetched key by key: who reads two keys pays for two look-ups. An unknown room has none. */
export class RoomStateView implements StateView {
  readonly #roomId: RoomId;
  readonly #reader: Reader;

  constructor(roomId: RoomId, reader: Reader) {
    this.#roomId = roomId;
    this.#reader = reader;
  }

  get(type: string, stateKey: string): Promise<Event | undefined> {
    return this.#reader.read(() => currentState.eventAt(this.#roomId, type, stateKey));
  }

  async has(type: string, stateKey: string): Promise<boolean> {
    return (await this.#reader.read(() => currentState.idAt(this.#roomId, type, stateKey))) !== undefined;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<readonly [type: string, stateKey: string, event: Event]> {
    const entries = await this.#reader.read(() => currentState.entries(this.#roomId));
    for (let start = 0; start < entries.length; start += PAGE) {
      const ids = entries.slice(start, start + PAGE).map((entry) => entry.eventId);
      for (const { event } of await this.#reader.read(() => events.findAll(ids))) yield [event.type, event.stateKey ?? '', event];
    }
  }
}
