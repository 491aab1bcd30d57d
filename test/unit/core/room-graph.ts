import { authEventKeys, checkAuth, NotAllowed } from '../../../src/core/auth-rules.ts';
import { stateKeyOf, type Event, type EventTemplate, type StateKey, type StateMap } from '../../../src/core/event.ts';
import { makeEvent } from '../../../src/core/events.ts';
import { serverOf, type EventId, type RoomId, type UserId } from '../../../src/core/identifiers.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { ROOM_VERSIONS, type RoomVersion } from '../../../src/core/room-versions.ts';
import { createSigningKey } from '../../../src/core/signatures.ts';

export const versionOf = (id: string): RoomVersion => {
  const version = ROOM_VERSIONS.get(id);
  if (version === undefined) throw new Error(`no room version ${id}`);
  return version;
};

/** The versions from one to another, both included. */
export const versions = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, index) => String(from + index));

export const ALICE = '@alice:a.example' as UserId;
export const BOB = '@bob:b.example' as UserId;
export const CAROL = '@carol:a.example' as UserId;
export const KEY = createSigningKey('ed25519:test', Buffer.alloc(32, 7));

export type Template = Omit<EventTemplate, 'content'> & { readonly content?: JsonObject };

/** What all branches of one room share. */
interface Room {
  readonly version: RoomVersion;
  readonly events: Map<EventId, Event>;
  now: number;
}

/** One branch of a room's graph with the state at its tip; real events of any room version, whether they are allowed or not. */
export class RoomGraph {
  readonly room: Room;
  readonly state: Map<StateKey, Event>;
  #last: Event | undefined;

  private constructor(room: Room, state: Map<StateKey, Event>, last: Event | undefined) {
    this.room = room;
    this.state = state;
    this.#last = last;
  }

  /** A room of which there is nothing but Alice's create event. */
  static created(version: string, content: JsonObject = {}): RoomGraph {
    const graph = new RoomGraph({ version: versionOf(version), events: new Map(), now: 1000 }, new Map(), undefined);
    const creator = graph.room.version.creator === 'content' ? { creator: ALICE } : {};
    graph.put({ type: 'm.room.create', sender: ALICE, stateKey: '', content: { room_version: version, ...creator, ...content } });
    return graph;
  }

  /** A room that Alice has made, entered and given power levels and a join rule. */
  static of(version: string, options: { levels?: JsonObject; joinRule?: string; create?: JsonObject } = {}): RoomGraph {
    const graph = RoomGraph.created(version, options.create);
    graph.member(ALICE, 'join');
    const users: JsonObject = graph.room.version.privilegedCreators ? {} : { [ALICE]: 100 };
    const levels = options.levels ?? {};
    graph.put({
      type: 'm.room.power_levels',
      sender: ALICE,
      stateKey: '',
      content: { ...levels, users: { ...users, ...(levels['users'] as JsonObject) } },
    });
    graph.put({ type: 'm.room.join_rules', sender: ALICE, stateKey: '', content: { join_rule: options.joinRule ?? 'public' } });
    return graph;
  }

  fork(): RoomGraph {
    return new RoomGraph(this.room, new Map(this.state), this.#last);
  }

  /** Makes an event at the tip, authorised by the state there, without adding it. */
  build(template: Template): Event {
    const full = { ...template, content: template.content ?? {} };
    const { version } = this.room;
    const isCreate = template.type === 'm.room.create';
    const place = {
      roomId: isCreate ? (version.roomIds === 'domain' ? ('!room:a.example' as RoomId) : undefined) : this.get('m.room.create')?.roomId,
      prevEvents: this.#last === undefined || isCreate ? [] : [this.#last],
      authEvents: authEventKeys(full, version)
        .map((key) => this.state.get(key))
        .filter((event) => event !== undefined),
      depth: (this.#last?.depth ?? 0) + 1,
      originServerTs: (this.room.now += 1),
    };
    return makeEvent(full, place, version, serverOf(template.sender), KEY);
  }

  /** Adds an event at the tip, whether it is allowed or not. */
  put(template: Template): Event {
    return this.add(this.build(template));
  }

  add(event: Event): Event {
    this.room.events.set(event.eventId, event);
    if (event.stateKey !== undefined) this.state.set(stateKeyOf(event.type, event.stateKey), event);
    this.#last = event;
    return event;
  }

  member(user: UserId, membership: string, sender: UserId = user, content: JsonObject = {}): Event {
    return this.put({ type: 'm.room.member', sender, stateKey: user, content: { membership, ...content } });
  }

  get(type: string, stateKey = ''): Event | undefined {
    return this.state.get(stateKeyOf(type, stateKey));
  }

  /** Why the auth rules refuse an event on the state at the tip; undefined when they allow it. */
  refusalOf(event: Event): string | undefined {
    try {
      checkAuth(event, this.room.version, (type, stateKey) => this.get(type, stateKey));
      return undefined;
    } catch (error) {
      if (error instanceof NotAllowed) return error.message;
      throw error;
    }
  }

  /** Why the auth rules refuse a new event at the tip; undefined when they allow it. */
  refusal(template: Template): string | undefined {
    return this.refusalOf(this.build(template));
  }

  get stateIds(): StateMap {
    return new Map([...this.state].map(([key, event]) => [key, event.eventId]));
  }
}
