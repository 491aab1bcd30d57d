import { parseEvent } from '../core/events.ts';
import { toUrlSafeBase64 } from '../core/base64.ts';
import { sha256 } from '../core/hashes.ts';
import type { EventId, RoomId, UserId } from '../core/identifiers.ts';
import { roomVersion } from '../core/room-versions.ts';
import { execute, inList, rows, wake, type Work } from '../kernel/work.ts';
import type { StoredEvent } from './events.ts';
import { nextPosition } from './stream.ts';

interface PurgedRow {
  readonly roomId: RoomId;
  readonly version: string;
  readonly membership: string;
  readonly eventId: EventId;
  readonly pos: number;
  readonly sender: UserId;
  readonly originServerTs: number;
}

/** Devices that are used later than this after a room was purged have heard that it is gone, ms. */
const HEARD_AFTER = 7 * 24 * 3_600_000;

/**
 * Remembers that some users are not in a room that is about to be purged. Those who are still in it come out of it now.
 * @param now ms since the epoch
 */
export function* remember(roomId: RoomId, userIds: readonly UserId[], now: number): Work<void> {
  const users = inList(userIds);
  yield* execute(
    `insert into purged_memberships (user_id, room_id, version, membership, event_id, pos, sender, origin_server_ts, purged_ts)
     select m.user_id, m.room_id, r.version, m.membership, m.event_id, m.pos, m.sender, e.origin_server_ts, ? from memberships m
       join events e on e.event_id = m.event_id join rooms r on r.room_id = m.room_id
       where m.room_id = ? and m.user_id in ${users.marks} and m.membership in ('leave', 'ban')
     on conflict do nothing`,
    now,
    roomId,
    ...users.args,
  );
  const inside = yield* rows<{ userId: UserId }>(
    `select user_id as "userId" from memberships where room_id = ? and user_id in ${users.marks} and membership not in ('leave', 'ban')`,
    roomId,
    ...users.args,
  );
  for (const { userId } of inside) yield* expel(roomId, userId, now);
}

/** No event says that they have left, but clients want one that does. */
function* expel(roomId: RoomId, userId: UserId, now: number): Work<void> {
  const pos = yield* nextPosition();
  yield* execute(
    `insert into purged_memberships (user_id, room_id, version, membership, event_id, pos, sender, origin_server_ts, purged_ts)
     select ?, room_id, version, 'leave', ?, ?, ?, ?, ? from rooms where room_id = ? on conflict do nothing`,
    userId,
    `$${toUrlSafeBase64(sha256(`${roomId} ${userId} ${pos}`))}`,
    pos,
    userId,
    now,
    now,
    roomId,
  );
  yield* wake(`user:${userId}`);
}

/** How a user came out of purged rooms after one position up to another, as if the rooms were still there, oldest first. */
export function* listBetween(userId: UserId, after: number, upTo: number): Work<readonly StoredEvent[]> {
  const found = yield* rows<PurgedRow>(
    `select room_id as "roomId", version, membership, event_id as "eventId", pos, sender, origin_server_ts as "originServerTs"
     from purged_memberships where user_id = ? and pos > ? and pos <= ? order by pos`,
    userId,
    after,
    upTo,
  );
  return found.map((one) => asStored(userId, one));
}

function asStored(userId: UserId, { roomId, version: id, membership, eventId, pos, sender, originServerTs }: PurgedRow): StoredEvent {
  const version = roomVersion(id);
  if (version === undefined) throw new Error(`The database knows of a room ${roomId} of unknown version ${id}`);
  const place = { room_id: roomId, depth: 0, prev_events: [], auth_events: [] };
  const pdu = { ...place, type: 'm.room.member', state_key: userId, sender, content: { membership }, origin_server_ts: originServerTs };
  const lost = { stateBefore: undefined, replacesState: undefined, rejected: undefined, redactedBy: undefined, transaction: undefined };
  return { event: parseEvent(pdu, version, { eventId, roomId }), pos, hidden: false, ...lost };
}

/** Forgets what all devices of some users have heard. @param now ms since the epoch */
export function* forgetHeard(userIds: readonly UserId[], now: number): Work<void> {
  const users = inList(userIds);
  yield* execute(
    `delete from purged_memberships where user_id in ${users.marks} and purged_ts < ? and not exists
       (select 1 from devices d where d.user_id = purged_memberships.user_id and d.last_seen_ts < purged_memberships.purged_ts + ${HEARD_AFTER})`,
    ...users.args,
    now - HEARD_AFTER,
  );
}

export function* removeAllOf(userId: UserId): Work<void> {
  yield* execute('delete from purged_memberships where user_id = ?', userId);
}
