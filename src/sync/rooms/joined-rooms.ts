import { matchesRoomEvent } from '../../core/filters/matches-event.ts';
import type { RoomEventFilter } from '../../core/filters/filter.ts';
import type { RoomId } from '../../core/identifiers.ts';
import { objectAt, stringAt, type JsonObject } from '../../core/json.ts';
import type { UnreadCounts } from '../../engine/notifications/unread-counts.ts';
import type { UserId } from '../../core/identifiers.ts';
import type { Reader } from '../../kernel/database.ts';
import type { Work } from '../../kernel/work.ts';
import type { RoomEvents, RoomSection, Sections, SyncRequest } from '../section.ts';
import type { SentMembers } from './sent-members.ts';
import { tellRoom } from './told-room.ts';
import { unreadIn } from './unread.ts';

/** How many new rooms the sections are asked about at once. */
const ROOMS_AT_ONCE = 20;

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

  /** Those of the rooms of which there is anything to tell. @param newlyJoined those that the client does not know as joined */
  async *all(joined: ReadonlySet<RoomId>, newlyJoined: ReadonlySet<RoomId>): AsyncGenerator<readonly [RoomId, JsonObject]> {
    const fresh = [...joined].filter((roomId) => newlyJoined.has(roomId));
    for (let start = 0; start < fresh.length; start += ROOMS_AT_ONCE) yield* this.#fresh(fresh.slice(start, start + ROOMS_AT_ONCE));
    const { since, fullState } = this.#request;
    if (since === undefined) return;
    const known = new Set([...joined].filter((roomId) => !newlyJoined.has(roomId)));
    const woken = [...known].filter((roomId) => this.#request.mayHaveChanged(`room:${roomId}`));
    const signals = await this.#signals((section) => section.changes(this.#request, since, { woken, all: known }));
    const told = fullState ? known : new Set([...woken, ...signals.ephemeral.keys(), ...signals.accountData.keys()].filter((id) => known.has(id)));
    for (const roomId of told) yield* this.#one(roomId, since.stream, signals);
  }

  async *#fresh(rooms: readonly RoomId[]): AsyncGenerator<readonly [RoomId, JsonObject]> {
    const signals = await this.#signals((section) => section.everything(this.#request, rooms));
    for (const roomId of rooms) yield* this.#one(roomId, undefined, signals);
  }

  async *#one(roomId: RoomId, since: number | undefined, signals: Signals): AsyncGenerator<readonly [RoomId, JsonObject]> {
    const body = await this.#services.reader.read(() => this.#tell(roomId, since, signals));
    if (body !== undefined) yield [roomId, body];
  }

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

  /** @returns undefined when there is nothing to tell */
  *#tell(roomId: RoomId, since: number | undefined, signals: Signals): Work<JsonObject | undefined> {
    const request = this.#request;
    const whole = since === undefined || request.fullState;
    const told = yield* tellRoom(request, { roomId, since, upTo: request.upTo.stream, whole, joined: true }, this.#sentMembers);
    const [ephemeral, accountData] = [signals.ephemeral.get(roomId) ?? [], signals.accountData.get(roomId) ?? []];
    if (!told.isNews && !whole && ephemeral.length === 0 && accountData.length === 0) return undefined;
    return {
      ...told.body,
      ephemeral: { events: ephemeral },
      account_data: { events: accountData },
      ...(yield* unreadIn(this.#services.unreadCounts, request, roomId, request.viewer.userId)),
    };
  }
}

/** Signals have no sender of their own, or carry one for each of those they speak of. */
function isWanted(filter: RoomEventFilter, roomId: RoomId, event: JsonObject, ignored: ReadonlySet<UserId> | undefined): boolean {
  const sender = stringAt(event, 'sender');
  if (sender !== undefined && ignored?.has(sender as UserId) === true) return false;
  return matchesRoomEvent(filter, { roomId, type: stringAt(event, 'type') ?? '', sender, content: objectAt(event, 'content') ?? {} });
}
