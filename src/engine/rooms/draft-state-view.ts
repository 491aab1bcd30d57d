import { parseStateKey, stateKeyOf, type Event, type StateKey } from '../../core/event.ts';
import type { Reader } from '../../kernel/database.ts';
import type { StateView } from '../../kernel/event-plan.ts';
import type { GraphDraft } from './room-draft.ts';
import { RoomStateView } from './room-state-view.ts';

/** The state of a room under a draft: what the draft has made of it lies over what the room has. */
export class DraftStateView implements StateView {
  /** Undefined for a room that does not exist yet. */
  readonly #room: RoomStateView | undefined;
  /** The draft goes on while modules may still hold the view, so the view keeps what it was made of. */
  readonly #own: ReadonlyMap<StateKey, Event>;

  constructor(draft: GraphDraft, reader: Reader) {
    this.#room = draft.isNew || draft.roomId === undefined ? undefined : new RoomStateView(draft.roomId, reader);
    this.#own = new Map(draft.ownStates());
  }

  async get(type: string, stateKey: string): Promise<Event | undefined> {
    return this.#own.get(stateKeyOf(type, stateKey)) ?? (await this.#room?.get(type, stateKey));
  }

  async has(type: string, stateKey: string): Promise<boolean> {
    return this.#own.has(stateKeyOf(type, stateKey)) || ((await this.#room?.has(type, stateKey)) ?? false);
  }

  async *[Symbol.asyncIterator](): AsyncIterator<readonly [type: string, stateKey: string, event: Event]> {
    for (const [key, event] of this.#own) yield [...parseStateKey(key), event] as const;
    if (this.#room === undefined) return;
    for await (const entry of this.#room) if (!this.#own.has(stateKeyOf(entry[0], entry[1]))) yield entry;
  }
}
