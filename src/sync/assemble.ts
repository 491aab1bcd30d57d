import { setImmediate } from 'node:timers/promises';
import { includesRoom } from '../core/filters/matches-event.ts';
import type { Filter } from '../core/filters/filter.ts';
import type { DeviceId, RoomId, UserId } from '../core/identifiers.ts';
import type { JsonObject } from '../core/json.ts';
import type { UnreadCounts } from '../engine/notifications/unread-counts.ts';
import type { Notifier } from '../engine/notifier.ts';
import type { UserRooms } from '../engine/user-rooms.ts';
import type { Reader } from '../kernel/database.ts';
import type { AddFields } from '../kernel/shown-events.ts';
import { WrittenJson } from '../kernel/written-json.ts';
import * as accountData from '../store/account-data.ts';
import { JoinedRoomsReply, type RoomsOfUser } from './rooms/joined-rooms.ts';
import { tellLeftRoom, tellOutside } from './rooms/other-rooms.ts';
import { allMemberships, changedMemberships, type OwnMemberships } from './rooms/own-memberships.ts';
import { SentMembers } from './rooms/sent-members.ts';
import type { Sections, SyncRequest } from './section.ts';
import { formatSyncToken, type SyncPosition } from './token.ts';

/** What a client asks of /sync. */
export interface SyncQuery {
  readonly userId: UserId;
  readonly deviceId: DeviceId | undefined;
  readonly since: SyncPosition | undefined;
  readonly filter: Filter;
  readonly interestedIn: SyncRequest['interestedIn'];
  /** Events are written as text room by room, so this is done before. */
  readonly addFields: AddFields;
  readonly fullState: boolean;
  readonly useStateAfter: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface SyncReply {
  /** Written room by room: the objects of 2,000 rooms take ten times the memory of the reply. */
  readonly body: WrittenJson;
  /** False where a long poll may go on waiting. */
  readonly isNews: boolean;
}

export interface AssemblerServices {
  readonly reader: Reader;
  readonly notifier: Notifier;
  readonly userRooms: UserRooms;
  readonly unreadCounts: UnreadCounts;
  readonly sections: Sections;
}

/** How long the reply of one user may keep all others waiting (ms). */
const MAX_STRETCH = 10;

/** Puts the reply of /sync together: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3sync */
export class Assembler {
  readonly #services: AssemblerServices;
  readonly #sentMembers = new SentMembers();

  constructor(services: AssemblerServices) {
    this.#services = services;
  }

  async assemble(query: SyncQuery): Promise<SyncReply> {
    const { userRooms, notifier, reader } = this.#services;
    const { rooms, position } = await userRooms.joinedBy(query.userId);
    const upTo: SyncPosition = { stream: position, memory: notifier.memoryPosition, toDevice: position };
    const request = this.#request(query, upTo, rooms, await reader.read(() => accountData.ignoredUsers(query.userId)));
    const global = await this.#global(request);
    const told = await this.#rooms(request, rooms, query.addFields);
    return {
      body: new WrittenJson(written({ next_batch: formatSyncToken({ ...upTo, ...global.next }), ...global.body }, told)),
      isNews: global.isNews || told.size > 0,
    };
  }

  #request(query: SyncQuery, upTo: SyncPosition, joinedRooms: ReadonlySet<RoomId>, ignored: ReadonlySet<UserId>): SyncRequest {
    const { userId, deviceId, filter, interestedIn, fullState, useStateAfter, now } = query;
    const since = known(query.since, upTo);
    const { notifier } = this.#services;
    return {
      viewer: { userId, deviceId, ignored, newest: upTo.stream },
      joinedRooms,
      wokenRooms: since === undefined ? [...joinedRooms] : notifier.roomsChanged(joinedRooms, since.stream),
      since,
      upTo,
      filter,
      interestedIn,
      fullState,
      useStateAfter,
      now,
      mayHaveChanged: (topic) => since === undefined || notifier.mayHaveChanged(topic, since.stream),
    };
  }

  async #global(request: SyncRequest): Promise<{ body: JsonObject; isNews: boolean; next: Partial<SyncPosition> }> {
    const { reader, sections } = this.#services;
    let [body, isNews, next]: [JsonObject, boolean, Partial<SyncPosition>] = [{}, false, {}];
    for (const section of sections.global) {
      const answer = await reader.read(() => section(request));
      if (answer === undefined) continue;
      body = { ...body, ...answer.body };
      next = { ...next, ...answer.next };
      isNews ||= answer.isNews;
    }
    return { body, isNews, next };
  }

  async #rooms(request: SyncRequest, rooms: ReadonlySet<RoomId>, addFields: AddFields): Promise<ToldRooms> {
    const { reader } = this.#services;
    const told: ToldRooms = new Map();
    const joined = wantedOf(rooms, request.filter);
    const own = await this.#ownMemberships(request, joined);
    const breathe = breather();
    const reply = new JoinedRoomsReply(this.#services, this.#sentMembers, request);
    for await (const bodies of reply.tell(this.#joined(request, joined, own))) {
      await addFields(bodies);
      for (const [roomId, body] of bodies) tell(told, 'join', roomId, body);
      await breathe();
    }
    const wanted = ({ roomId }: { roomId: RoomId }): boolean => includesRoom(request.filter.room, roomId);
    for (const stored of [...(own?.invites ?? []), ...(own?.knocks ?? [])].filter(({ event }) => wanted(event))) {
      const outside = await reader.read(() => tellOutside(request, stored));
      if (outside !== undefined) tell(told, outside.place, stored.event.roomId, outside.body);
      await breathe();
    }
    for (const left of (own?.left ?? []).filter(wanted)) {
      const body = await tellLeftRoom(reader, request, left, this.#sentMembers);
      await addFields(body);
      tell(told, 'leave', left.roomId, body);
      await breathe();
    }
    return told;
  }

  #joined({ wokenRooms }: SyncRequest, joined: ReadonlySet<RoomId>, own: OwnMemberships | undefined): RoomsOfUser {
    const newlyJoined = own?.newlyJoined ?? new Set();
    const fresh = newlyJoined.size === 0 ? [] : [...joined].filter((roomId) => newlyJoined.has(roomId));
    const known = fresh.length === 0 ? joined : new Set([...joined].filter((roomId) => !newlyJoined.has(roomId)));
    return { fresh, known, woken: wokenRooms.filter((roomId) => known.has(roomId)) };
  }

  /** Undefined where nothing about the user's memberships can have changed. */
  async #ownMemberships(request: SyncRequest, joined: ReadonlySet<RoomId>): Promise<OwnMemberships | undefined> {
    const { viewer, since, upTo, filter } = request;
    const { userId } = viewer;
    const { reader } = this.#services;
    if (since === undefined) return reader.read(() => allMemberships(userId, upTo.stream, joined, filter.room.includeLeave));
    if (!request.mayHaveChanged(`user:${userId}`)) return undefined;
    return reader.read(() => changedMemberships(userId, since.stream, upTo.stream));
  }
}

/** All of the rooms, most often: filters seldom name any. */
const wantedOf = (rooms: ReadonlySet<RoomId>, { room }: Filter): ReadonlySet<RoomId> =>
  room.rooms.include === undefined && room.rooms.exclude.size === 0 ? rooms : new Set([...rooms].filter((roomId) => includesRoom(room, roomId)));

type Place = 'join' | 'invite' | 'knock' | 'leave';
/** The members of the objects of rooms, as text. */
type ToldRooms = Map<Place, string[]>;

function tell(told: ToldRooms, place: Place, roomId: RoomId, body: JsonObject): void {
  const rooms = told.get(place);
  const text = `${JSON.stringify(roomId)}:${JSON.stringify(body)}`;
  if (rooms === undefined) told.set(place, [text]);
  else rooms.push(`,${text}`);
}

function written(body: JsonObject, told: ToldRooms): readonly string[] {
  const text = JSON.stringify(body);
  if (told.size === 0) return [text];
  const places = [...told].flatMap(([place, rooms], index) => [`${index > 0 ? ',' : ''}"${place}":{`, ...rooms, '}']);
  return [`${text.slice(0, -1)},"rooms":{`, ...places, '}}'];
}

/**
 * What the client really knows. A token from the future comes from a database that a backup has replaced: nothing is known then. The
 * position in memory means something only up to where this process has come.
 */
function known(since: SyncPosition | undefined, upTo: SyncPosition): SyncPosition | undefined {
  if (since === undefined || since.stream > upTo.stream) return undefined;
  return { ...since, memory: Math.min(since.memory, upTo.memory) };
}

/** Lets others have their turn once enough time has gone by. */
function breather(): () => Promise<void> {
  let began = performance.now();
  return async () => {
    if (performance.now() - began < MAX_STRETCH) return;
    await setImmediate();
    began = performance.now();
  };
}
