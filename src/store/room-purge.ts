import type { EventId, RoomId, UserId } from '../core/identifiers.ts';
import { execute, inList, rows, type Work } from '../kernel/work.ts';
import * as purgedMemberships from './purged-memberships.ts';

/** What is kept of a room by its id, without anything else to be deleted with it: the tables with the rest of their keys. */
const BY_ROOM: readonly (readonly [table: string, key: string])[] = [
  ['current_state', 'type, state_key'],
  ['receipts', 'user_id, type, thread_id'],
  ['threads', 'root_id'],
  ['current_state_changes', 'pos, type, state_key'],
  ['accepted_third_party_invites', 'token'],
  ['forward_extremities', 'event_id'],
];

/**
 * Deletes a part of what is known of a room. What lets anybody read it goes first.
 * @param now ms since the epoch
 * @param size rows that may go in one transaction, for which others wait
 * @returns how many went; none when there is nothing left
 */
export function* purgePart(roomId: RoomId, now: number, size: number): Work<number> {
  const parts = [
    () => purgeMembers(roomId, now, size),
    ...BY_ROOM.map(
      ([table, key]) =>
        () =>
          purgeTable(table, key, roomId, size),
    ),
    () => purgeEvents(roomId, size),
    () => purgeStateGroups(roomId, size),
  ];
  for (const purge of parts) {
    const gone = yield* purge();
    if (gone > 0) return gone;
  }
  yield* emptyLastStateGroup(roomId);
  for (const table of ['room_aliases', 'room_summaries', 'reports', 'server_notice_rooms', 'rooms'])
    yield* execute(`delete from ${table} where room_id = ?`, roomId);
  return 0;
}

/** With all that the server keeps for members of the room, save that they are not in it. */
function* purgeMembers(roomId: RoomId, now: number, size: number): Work<number> {
  const found = yield* rows<{ userId: UserId }>('select user_id as "userId" from memberships where room_id = ? limit ?', roomId, size);
  const userIds = found.map(({ userId }) => userId);
  yield* purgedMemberships.remember(roomId, userIds, now);
  const users = inList(userIds);
  for (const table of found.length === 0 ? [] : ['account_data', 'profile_updates', 'departures', 'memberships']) {
    yield* execute(`delete from ${table} where user_id in ${users.marks} and room_id = ?`, ...users.args, roomId);
  }
  return found.length;
}

function* purgeTable(table: string, key: string, roomId: RoomId, size: number): Work<number> {
  const deleted = yield* rows<{ gone: number }>(
    `delete from ${table} where room_id = ? and (${key}) in (select ${key} from ${table} where room_id = ? limit ?) returning 1 as gone`,
    roomId,
    roomId,
    size,
  );
  return deleted.length;
}

function* purgeEvents(roomId: RoomId, size: number): Work<number> {
  const found = yield* rows<{ pos: number; eventId: EventId }>(
    'select pos, event_id as "eventId" from events where room_id = ? limit ?',
    roomId,
    size,
  );
  if (found.length === 0) return 0;
  const [positions, ids] = [inList(found.map(({ pos }) => pos)), inList(found.map(({ eventId }) => eventId))];
  yield* execute(`delete from relations where event_id in ${ids.marks}`, ...ids.args);
  yield* execute(`delete from push_queue where event_pos in ${positions.marks}`, ...positions.args);
  yield* execute(`delete from event_search where rowid in ${positions.marks}`, ...positions.args);
  yield* execute(`delete from events where pos in ${positions.marks}`, ...positions.args);
  return found.length;
}

function* emptyLastStateGroup(roomId: RoomId): Work<void> {
  yield* execute('delete from state_changes where group_id in (select group_id from state_groups where room_id = ?)', roomId);
  yield* execute("update state_groups set room_id = '' where room_id = ?", roomId);
}

/** The newest group of all stays: its number would be given out once more, while states are remembered by their numbers. */
function* purgeStateGroups(roomId: RoomId, size: number): Work<number> {
  const found = yield* rows<{ groupId: number }>(
    'select group_id as "groupId" from state_groups where room_id = ? and group_id < (select max(group_id) from state_groups) limit ?',
    roomId,
    size,
  );
  if (found.length === 0) return 0;
  const groups = inList(found.map(({ groupId }) => groupId));
  yield* execute(`delete from state_changes where group_id in ${groups.marks}`, ...groups.args);
  yield* execute(`delete from state_groups where group_id in ${groups.marks}`, ...groups.args);
  return found.length;
}
