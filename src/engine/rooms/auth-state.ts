import { LRUCache } from 'lru-cache';
import { authEventKeys } from '../../core/auth-rules.ts';
import { parseStateKey, type Event, type EventTemplate, type StateKey } from '../../core/event.ts';
import { createEventIdOf } from '../../core/events.ts';
import type { EventId, RoomId } from '../../core/identifiers.ts';
import type { Work } from '../../kernel/work.ts';
import * as events from '../../store/events.ts';
import * as state from '../../store/state.ts';
import type { StateGroup } from '../../store/state.ts';
import type { GraphDraft } from './room-draft.ts';

/** State by which an event is authorised. */
export interface AuthState {
  /** Those that become its auth_events (https://spec.matrix.org/v1.19/server-server-api/#auth-events-selection). */
  readonly selected: ReadonlyMap<StateKey, Event>;
  /** The create event, also where the room's id implies it. */
  readonly create: Event | undefined;
}

/** States that are remembered, and keys of each: a busy room asks for the same few again and again. */
const MAX_STATES = 1_000;
const MAX_KEYS = 200;

type Known = LRUCache<StateKey, Event | 'none'>;

/**
 * Finds the state that authorises new events. A state group never changes, and what redaction takes from a state event no auth rule
 * asks for, so what was found once stays true.
 */
export class AuthStates {
  readonly #known = new LRUCache<StateGroup, Known>({ max: MAX_STATES });

  *find(draft: GraphDraft, template: EventTemplate): Work<AuthState> {
    const keys = authEventKeys(template, draft.version);
    const create = draft.roomId === undefined ? undefined : yield* this.#impliedCreate(draft, draft.roomId);
    const selected = new Map<StateKey, Event>();
    const unknown: StateKey[] = [];
    for (const key of keys) {
      const [type, stateKey] = parseStateKey(key);
      const event = draft.ownState(type, stateKey) ?? this.#remembered(draft).get(key);
      if (event === undefined) unknown.push(key);
      else if (event !== 'none') selected.set(key, event);
    }
    if (unknown.length > 0) {
      for (const [key, event] of yield* this.#fetch(draft, unknown)) selected.set(key, event);
    }
    return { selected, create: draft.ownState('m.room.create', '') ?? create };
  }

  #remembered(draft: GraphDraft): Known {
    const { stateGroup } = draft;
    let known = stateGroup === undefined ? undefined : this.#known.get(stateGroup);
    if (known === undefined) {
      known = new LRUCache({ max: MAX_KEYS });
      if (stateGroup !== undefined) this.#known.set(stateGroup, known);
    }
    return known;
  }

  *#fetch(draft: GraphDraft, keys: readonly StateKey[]): Work<ReadonlyMap<StateKey, Event>> {
    const { stateGroup } = draft;
    const found = new Map<StateKey, Event>();
    if (stateGroup === undefined) return found;
    const known = this.#remembered(draft);
    const wanted: [StateKey, EventId][] = [];
    for (const key of keys) {
      // Not the room's present state: it may have moved on since the draft began.
      const eventId = yield* state.lookUp(stateGroup, ...parseStateKey(key));
      if (eventId === undefined) known.set(key, 'none');
      else wanted.push([key, eventId]);
    }
    const stored = yield* events.findAll(wanted.map(([, eventId]) => eventId));
    const byId = new Map(stored.map(({ event }) => [event.eventId, event]));
    for (const [key, eventId] of wanted) {
      const event = byId.get(eventId);
      if (event === undefined) continue;
      known.set(key, event);
      found.set(key, event);
    }
    return found;
  }

  *#impliedCreate(draft: GraphDraft, roomId: RoomId): Work<Event | undefined> {
    const eventId = createEventIdOf(roomId, draft.version);
    if (eventId === undefined || draft.isNew) return undefined;
    const known = this.#remembered(draft);
    const key = CREATE;
    const remembered = known.get(key);
    if (remembered !== undefined && remembered !== 'none') return remembered;
    const event = (yield* events.find(eventId))?.event;
    if (event !== undefined) known.set(key, event);
    return event;
  }
}

const CREATE = 'm.room.create\0' as StateKey;
