import { parseStateKey, stateKeyOf, type Event, type StateKey } from '../../core/event.ts';
import type { EventId, RoomId } from '../../core/identifiers.ts';
import type { Reader } from '../../kernel/database.ts';
import type { StateView } from '../../kernel/event-plan.ts';
import type { Work } from '../../kernel/work.ts';
import * as currentState from '../../store/current-state.ts';
import * as events from '../../store/events.ts';
import * as rooms from '../../store/rooms.ts';
import * as state from '../../store/state.ts';
import type { StateGroup } from '../../store/state.ts';
import { PastStateView } from './past-state-view.ts';
import type { GraphDraft } from './room-draft.ts';

/** A room as it was when a draft began. */
interface Beginning {
  readonly roomId: RoomId;
  readonly group: StateGroup;
}

/**
 * The state of a room under a draft: what the draft has made of it lies over what the room had when the draft began. A module may look at it
 * when the room has moved on, one in shadow mode even after the event was stored.
 */
export class DraftStateView implements StateView {
  readonly #reader: Reader;
  /** Undefined for a room that does not exist yet. */
  readonly #began: Beginning | undefined;
  /** The draft goes on while modules may still hold the view, so the view keeps what it was made of. */
  readonly #own: ReadonlyMap<StateKey, Event>;

  constructor(draft: GraphDraft, reader: Reader) {
    const { isNew, roomId, stateGroup: group } = draft;
    this.#reader = reader;
    this.#began = isNew || roomId === undefined || group === undefined ? undefined : { roomId, group };
    this.#own = new Map(draft.ownStates());
  }

  async get(type: string, stateKey: string): Promise<Event | undefined> {
    const own = this.#own.get(stateKeyOf(type, stateKey));
    if (own !== undefined) return own;
    const eventId = await this.#idAt(type, stateKey);
    return eventId === undefined ? undefined : (await this.#reader.read(() => events.find(eventId)))?.event;
  }

  async has(type: string, stateKey: string): Promise<boolean> {
    return this.#own.has(stateKeyOf(type, stateKey)) || (await this.#idAt(type, stateKey)) !== undefined;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<readonly [type: string, stateKey: string, event: Event]> {
    for (const [key, event] of this.#own) yield [...parseStateKey(key), event] as const;
    const before = new PastStateView(this.#began?.group, this.#reader);
    for await (const entry of before) if (!this.#own.has(stateKeyOf(entry[0], entry[1]))) yield entry;
  }

  async #idAt(type: string, stateKey: string): Promise<EventId | undefined> {
    const began = this.#began;
    return began === undefined ? undefined : this.#reader.read(() => idAt(began, type, stateKey));
  }
}

/** As long as the room's state is the same, its present state is quicker to look at. */
function* idAt({ roomId, group }: Beginning, type: string, stateKey: string): Work<EventId | undefined> {
  const room = yield* rooms.find(roomId);
  return room?.stateGroup === group ? yield* currentState.idAt(roomId, type, stateKey) : yield* state.lookUp(group, type, stateKey);
}
