import { parseStateKey, type Event } from '../../core/event.ts';
import type { Reader } from '../../kernel/database.ts';
import type { StateView } from '../../kernel/event-plan.ts';
import type { Work } from '../../kernel/work.ts';
import * as currentState from '../../store/current-state.ts';
import * as events from '../../store/events.ts';
import type { GraphDraft } from './room-draft.ts';

/** How many events one read fetches while somebody walks over the whole state. */
const PAGE = 100;

/** The state of a room under a draft, fetched key by key: a module that reads two keys costs two look-ups. */
export class DraftStateView implements StateView {
  readonly #draft: GraphDraft;
  readonly #reader: Reader;
  /** The draft goes on while modules may still hold the view, so the view keeps what it was made of. */
  readonly #own: ReadonlyMap<string, Event>;

  constructor(draft: GraphDraft, reader: Reader) {
    this.#draft = draft;
    this.#reader = reader;
    this.#own = new Map(draft.ownStates());
  }

  async get(type: string, stateKey: string): Promise<Event | undefined> {
    const own = this.#own.get(`${type}\0${stateKey}`);
    if (own !== undefined) return own;
    return this.#reader.read(() => storedAt(this.#draft, type, stateKey));
  }

  async has(type: string, stateKey: string): Promise<boolean> {
    return (await this.get(type, stateKey)) !== undefined;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<readonly [type: string, stateKey: string, event: Event]> {
    for (const [key, event] of this.#own) yield [...parseStateKey(key as Parameters<typeof parseStateKey>[0]), event] as const;
    const { roomId, isNew } = this.#draft;
    if (isNew || roomId === undefined) return;
    const entries = await this.#reader.read(() => currentState.entries(roomId));
    const others = entries.filter((entry) => !this.#own.has(`${entry.type}\0${entry.stateKey}`));
    for (let start = 0; start < others.length; start += PAGE) {
      const page = others.slice(start, start + PAGE);
      const found = await this.#reader.read(() => events.findAll(page.map((entry) => entry.eventId)));
      for (const { event } of found) yield [event.type, event.stateKey ?? '', event];
    }
  }
}

function* storedAt(draft: GraphDraft, type: string, stateKey: string): Work<Event | undefined> {
  if (draft.isNew || draft.roomId === undefined) return undefined;
  const eventId = yield* currentState.idAt(draft.roomId, type, stateKey);
  return eventId === undefined ? undefined : (yield* events.find(eventId))?.event;
}
