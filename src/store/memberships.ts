import type { StateEvent } from '../core/event.ts';
import type { EventId, RoomId, ServerName, UserId } from '../core/identifiers.ts';
import { stringAt } from '../core/json.ts';
import { ask, askJointly, jointQuestion } from '../kernel/joint-question.ts';
import { execute, inList, row, rows, type Work } from '../kernel/work.ts';
import * as roomSummaries from './room-summaries.ts';

/** How a user stands to a room now. */
export interface Membership {
  readonly userId: UserId;
  readonly roomId: RoomId;
  readonly membership: string;
  /** Who made it so. */
  readonly sender: UserId;
  readonly eventId: EventId;
  /** The stream position of the m.room.member event. */
  readonly pos: number;
  /** Where the user's present or last stay in the room began; null when they were never joined. */
  readonly joinedPos: number | null;
  /** Where the last stay that is over ended. */
  readonly leftPos: number | null;
  readonly displayName: string | null;
  readonly avatarUrl: string | null;
  /** 1 when the user has left and does not want to remember the room. */
  readonly forgotten: number;
}

const COLUMNS =
  'user_id as "userId", room_id as "roomId", membership, sender, event_id as "eventId", pos, joined_pos as "joinedPos", left_pos as "leftPos", display_name as "displayName", avatar_url as "avatarUrl", forgotten';

const FIND = jointQuestion({ columns: COLUMNS, from: 'memberships', where: (asked) => `room_id = ${asked(0)} and user_id = ?` });

export function* find(roomId: RoomId, userId: UserId): Work<Membership | undefined> {
  return (yield* ask<Membership>(FIND, [roomId], userId))[0];
}

/** How a user stands to each of some rooms; those that they never had to do with are left out. */
export function* findIn(roomIds: readonly RoomId[], userId: UserId): Work<ReadonlyMap<RoomId, Membership>> {
  // As it asks about one, it can be asked together with others.
  const [only] = roomIds;
  if (only !== undefined && roomIds.length === 1) {
    const membership = yield* find(only, userId);
    return new Map(membership === undefined ? [] : [[only, membership]]);
  }
  const list = inList(roomIds);
  const found = yield* rows<Membership>(`select ${COLUMNS} from memberships where user_id = ? and room_id in ${list.marks}`, userId, ...list.args);
  return new Map(found.map((membership) => [membership.roomId, membership]));
}

/** Takes over what a member event of the room's present state says. A room that was forgotten stays so until the user is concerned again. */
export function* put(event: StateEvent, pos: number): Work<void> {
  const { roomId, stateKey: userId, content } = event;
  const membership = stringAt(content, 'membership') ?? 'leave';
  const before = yield* row<{ membership: string }>('select membership from memberships where user_id = ? and room_id = ?', userId, roomId);
  yield* execute(
    `insert into memberships (user_id, room_id, membership, sender, event_id, pos, joined_pos, display_name, avatar_url) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (user_id, room_id) do update set membership = excluded.membership, sender = excluded.sender, event_id = excluded.event_id,
     pos = excluded.pos, display_name = excluded.display_name, avatar_url = excluded.avatar_url,
     forgotten = case when excluded.membership in ('leave', 'ban') then memberships.forgotten else 0 end,
     joined_pos = case when memberships.membership = 'join' then memberships.joined_pos else coalesce(excluded.joined_pos, memberships.joined_pos) end,
     left_pos = case when memberships.membership = 'join' and excluded.membership <> 'join' then excluded.pos else memberships.left_pos end`,
    userId,
    roomId,
    membership,
    event.sender,
    event.eventId,
    pos,
    membership === 'join' ? pos : null,
    stringAt(content, 'displayname') ?? null,
    stringAt(content, 'avatar_url') ?? null,
  );
  const wasJoined = before?.membership === 'join';
  if (wasJoined !== (membership === 'join')) yield* roomSummaries.countJoined(roomId, wasJoined ? -1 : 1);
}

/** Takes away what a redacted member event said of the user. */
export function* forgetProfile({ roomId, stateKey }: StateEvent): Work<void> {
  yield* execute('update memberships set display_name = null, avatar_url = null where user_id = ? and room_id = ?', stateKey, roomId);
}

/** How everybody stands to a room who ever had to do with it. */
export function* listIn(roomId: RoomId): Work<readonly Pick<Membership, 'membership' | 'eventId'>[]> {
  return yield* rows('select membership, event_id as "eventId" from memberships where room_id = ?', roomId);
}

/** Those who are joined to a room, as they are seen there. */
export function* joinedIn(roomId: RoomId): Work<readonly Pick<Membership, 'userId' | 'displayName' | 'avatarUrl'>[]> {
  return yield* rows(
    `select user_id as "userId", display_name as "displayName", avatar_url as "avatarUrl" from memberships where room_id = ? and membership = 'join'`,
    roomId,
  );
}

/** The rooms that a user is joined to. */
export function* joinedRoomsOf(userId: UserId): Work<readonly RoomId[]> {
  const found = yield* rows<{ roomId: RoomId }>(
    `select room_id as "roomId" from memberships where user_id = ? and membership = 'join' order by room_id`,
    userId,
  );
  return found.map(({ roomId }) => roomId);
}

/** Whether a user is joined to at least one of these rooms. */
export function* isJoinedToAny(userId: UserId, roomIds: readonly RoomId[]): Work<boolean> {
  const list = inList(roomIds);
  const found = yield* row<object>(
    `select 1 from memberships where user_id = ? and membership = 'join' and room_id in ${list.marks} limit 1`,
    userId,
    ...list.args,
  );
  return found !== undefined;
}

/** Those of these users who are joined to a room. */
export function* joinedAmong(roomId: RoomId, userIds: readonly UserId[]): Work<readonly UserId[]> {
  const list = inList(userIds);
  const found = yield* rows<{ userId: UserId }>(
    `select user_id as "userId" from memberships where room_id = ? and membership = 'join' and user_id in ${list.marks}`,
    roomId,
    ...list.args,
  );
  return found.map(({ userId }) => userId);
}

/** Some of a room's joined users of one server. */
export function* someJoinedOf(roomId: RoomId, serverName: ServerName, limit: number): Work<readonly UserId[]> {
  const suffix = `:${serverName}`;
  const found = yield* rows<{ userId: UserId }>(
    `select user_id as "userId" from memberships
     where room_id = ? and membership = 'join' and substr(user_id, length(user_id) - ?) = ? and user_id not like ? limit ?`,
    roomId,
    suffix.length - 1,
    suffix,
    // The end of another name, such as its port.
    `%:%${suffix}`,
    limit,
  );
  return found.map(({ userId }) => userId);
}

/** Who is in a room, or on their way into it. */
export function* presentIn(roomId: RoomId): Work<readonly UserId[]> {
  const found = yield* rows<{ userId: UserId }>(
    `select user_id as "userId" from memberships where room_id = ? and membership in ('join', 'invite', 'knock') order by user_id`,
    roomId,
  );
  return found.map(({ userId }) => userId);
}

/** The guests of this server who are joined to a room. */
export function* joinedGuests(roomId: RoomId): Work<readonly UserId[]> {
  const found = yield* rows<{ userId: UserId }>(
    `select m.user_id as "userId" from memberships m join users u on u.user_id = m.user_id
     where m.room_id = ? and m.membership = 'join' and u.is_guest = 1`,
    roomId,
  );
  return found.map(({ userId }) => userId);
}

/** The events by which users are banned from a room. */
export function* banEvents(roomId: RoomId): Work<readonly EventId[]> {
  const found = yield* rows<{ eventId: EventId }>(
    `select event_id as "eventId" from memberships where room_id = ? and membership = 'ban' order by pos`,
    roomId,
  );
  return found.map(({ eventId }) => eventId);
}

/** Lets a user forget a room that they are not in any more. */
export function* forget(roomId: RoomId, userId: UserId): Work<void> {
  yield* execute('update memberships set forgotten = 1 where user_id = ? and room_id = ?', userId, roomId);
}

/** The rooms in which a user's membership changed after a position, with what it is now. */
export function* changedSince(userId: UserId, after: number): Work<readonly Pick<Membership, 'roomId' | 'membership' | 'pos'>[]> {
  return yield* rows(
    `select room_id as "roomId", membership, pos from memberships where user_id = ? and pos > ?
     union all select room_id, membership, pos from purged_memberships where user_id = ? and pos > ? order by pos`,
    userId,
    after,
    userId,
    after,
  );
}

/** The rooms in which a user's membership is one of some, without those that the user has forgotten. */
export function* listFor(userId: UserId, wanted: readonly string[]): Work<readonly Membership[]> {
  const list = inList(wanted);
  return yield* rows<Membership>(
    `select ${COLUMNS} from memberships where user_id = ? and forgotten = 0 and membership in ${list.marks} order by pos`,
    userId,
    ...list.args,
  );
}

/** How many users are invited to a room. */
export function* countInvited(roomId: RoomId): Work<number> {
  const [found] = yield* askJointly<{ count: number }>({
    sql: `select count(*) as count from memberships where room_id = ? and membership = 'invite'`,
    args: [roomId],
    joint: { sql: INVITED_TOGETHER, about: roomId, rest: [] },
  });
  return found?.count ?? 0;
}

const INVITED_TOGETHER = `select asked.key as asked, count(*) as count from json_each(?) asked
  cross join memberships where room_id = asked.value and membership = 'invite' group by asked.key`;

/** The first members of a room by the time of their membership, without one. */
export function* firstMembers(roomId: RoomId, without: UserId, wanted: readonly string[], limit: number): Work<readonly UserId[]> {
  const list = inList(wanted);
  const question = jointQuestion({
    columns: 'm.user_id as "userId"',
    from: 'memberships m',
    where: (asked) => `m.room_id = ${asked(0)} and m.membership in ${list.marks} and m.user_id <> ?`,
    order: 'm.pos',
    first: { key: 'm.user_id, m.room_id', of: 'memberships m' },
  });
  const found = yield* ask<{ userId: UserId }>(question, [roomId], ...list.args, without, limit);
  return found.map(({ userId }) => userId);
}
