import { matchesRoomEvent } from '../../core/filters/matches-event.ts';
import type { RoomEventFilter } from '../../core/filters/filter.ts';
import type { RoomId, UserId } from '../../core/identifiers.ts';
import { objectAt, stringAt, type JsonObject } from '../../core/json.ts';
import type { UnreadCounts } from '../../engine/notifications/unread-counts.ts';
import type { Reader } from '../../kernel/database.ts';
import type { Work } from '../../kernel/work.ts';
import * as roomSummaries from '../../store/room-summaries.ts';
import type { RoomEvents, RoomSection, Sections, SyncRequest } from '../section.ts';
import type { SentMembers } from './sent-members.ts';
import { tellRooms } from './tell-rooms.ts';
import { wireUnread } from './unread.ts';

/** How many rooms are told in one go: others wait as long. */
const ROOMS_AT_ONCE = 10;
/** Members of a room that is told by itself. */
const LARGE_ROOM = 500;

interface Services {
  readonly reader: Reader;
  readonly unreadCounts: UnreadCounts;
  readonly sections: Sections;
}

/** What the sections have said, by room. */
interface Signals {
  readonly ephemeral: RoomEvents;
  readonly accountData: RoomEvents;
}

/** The rooms that a client is told of in full, and those that it knows. */
export interface RoomsOfUser {
  readonly fresh: readonly RoomId[];
  readonly known: ReadonlySet<RoomId>;
  /** Those of the known rooms about whose topic something was stored since. */
  readonly woken: readonly RoomId[];
}

export type RoomBody = readonly [RoomId, JsonObject];

/** The rooms that the user sits in, in the reply of one sync. */
export class JoinedRoomsReply {
  readonly #services: Services;
  readonly #sentMembers: SentMembers;
  readonly #request: SyncRequest;

  constructor(services: Services, sentMembers: SentMembers, request: SyncRequest) {
    this.#services = services;
    this.#sentMembers = sentMembers;
    this.#request = request;
  }

  /** Those of the rooms of which there is anything to tell, some at a time. */
  async *tell({ fresh, known, woken }: RoomsOfUser): AsyncGenerator<readonly RoomBody[]> {
    for await (const some of this.#pages(fresh, true)) {
      const signals = await this.#signals((section) => section.everything(this.#request, some));
      yield await this.#some(some, undefined, signals);
    }
    const { since, fullState } = this.#request;
    if (since === undefined) return;
    const signals = await this.#signals((section) => section.changes(this.#request, since, { woken, all: known }));
    const stirred = [...woken, ...signals.ephemeral.keys(), ...signals.accountData.keys()].filter((roomId) => known.has(roomId));
    for await (const some of this.#pages(fullState ? [...known] : [...new Set(stirred)], fullState)) {
      yield await this.#some(some, since.stream, signals);
    }
  }

  /** Some rooms at a time; a large one by itself, where its state is told with all members. */
  async *#pages(rooms: readonly RoomId[], whole: boolean): AsyncGenerator<readonly RoomId[]> {
    const { reader } = this.#services;
    const withMembers = whole && !this.#request.filter.room.state.lazyLoadMembers;
    for (const some of pages(rooms)) {
      const members = withMembers ? await reader.read(() => roomSummaries.joinedCounts(some)) : undefined;
      const isLarge = (roomId: RoomId): boolean => (members?.get(roomId) ?? 0) > LARGE_ROOM;
      for (const large of some.filter(isLarge)) yield [large];
      const others = some.filter((roomId) => !isLarge(roomId));
      if (others.length > 0) yield others;
    }
  }

  /** What the sections add, as far as the filter wants it. */
  async #signals(ask: (section: RoomSection) => Work<RoomEvents>): Promise<Signals> {
    const { reader, sections } = this.#services;
    const { filter, viewer } = this.#request;
    const merged = async (of: readonly RoomSection[], wanted: RoomEventFilter): Promise<RoomEvents> => {
      const rooms = new Map<RoomId, readonly JsonObject[]>();
      for (const section of of) {
        for (const [roomId, events] of await reader.read(() => ask(section))) {
          const kept = events.filter((event) => isWanted(wanted, roomId, event, viewer.ignored));
          if (kept.length > 0) rooms.set(roomId, [...(rooms.get(roomId) ?? []), ...kept]);
        }
      }
      return rooms;
    };
    return {
      ephemeral: await merged(sections.ephemeral, filter.room.ephemeral),
      accountData: await merged(sections.roomAccountData, filter.room.accountData),
    };
  }

  /** @param since up to where the client knows the rooms; undefined where they are new to it */
  async #some(roomIds: readonly RoomId[], since: number | undefined, signals: Signals): Promise<readonly RoomBody[]> {
    const { reader, unreadCounts } = this.#services;
    const { upTo, fullState, viewer, filter } = this.#request;
    const whole = since === undefined || fullState;
    const rooms = roomIds.map((roomId) => ({ roomId, since, upTo: upTo.stream, whole, joined: true }));
    const told = (await tellRooms(reader, this.#request, rooms, this.#sentMembers)).filter(
      ({ roomId, isNews }) => isNews || whole || signals.ephemeral.has(roomId) || signals.accountData.has(roomId),
    );
    const ids = told.map(({ roomId }) => roomId);
    const unread = told.length === 0 ? undefined : await reader.read(() => unreadCounts.of(viewer, ids, upTo.stream));
    return told.map(({ roomId, body }) => [
      roomId,
      {
        ...body,
        ephemeral: { events: signals.ephemeral.get(roomId) ?? [] },
        account_data: { events: signals.accountData.get(roomId) ?? [] },
        ...wireUnread(unread?.get(roomId) ?? new Map(), filter.room.timeline.unreadThreadNotifications),
      },
    ]);
  }
}

function* pages(rooms: readonly RoomId[]): Generator<readonly RoomId[]> {
  for (let start = 0; start < rooms.length; start += ROOMS_AT_ONCE) yield rooms.slice(start, start + ROOMS_AT_ONCE);
}

/** Signals have no sender of their own, or carry one for each of those they speak of. */
function isWanted(filter: RoomEventFilter, roomId: RoomId, event: JsonObject, ignored: ReadonlySet<UserId> | undefined): boolean {
  const sender = stringAt(event, 'sender');
  if (sender !== undefined && ignored?.has(sender as UserId) === true) return false;
  return matchesRoomEvent(filter, { roomId, type: stringAt(event, 'type') ?? '', sender, content: objectAt(event, 'content') ?? {} });
}
