import type { RoomId, UserId } from '../core/identifiers.ts';
import { isUserId } from '../core/identifiers.ts';
import { objectAt, type JsonObject } from '../core/json.ts';
import { execute, inList, row, rows, wake, type Work } from '../kernel/work.ts';
import { nextPosition } from './stream.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#client-config */
export interface AccountData {
  readonly type: string;
  readonly content: JsonObject;
}
export interface RoomAccountData extends AccountData {
  readonly roomId: RoomId;
}
interface DataRow {
  readonly type: string;
  readonly content: string;
}
interface RoomDataRow extends DataRow {
  readonly room_id: RoomId;
}

const fromRow = ({ type, content }: DataRow): AccountData => ({ type, content: JSON.parse(content) as JsonObject });
const fromRoomRow = (data: RoomDataRow): RoomAccountData => ({ roomId: data.room_id, ...fromRow(data) });

/** @param roomId undefined for global account data */
export function* find(userId: UserId, roomId: RoomId | undefined, type: string): Work<JsonObject | undefined> {
  const found = yield* row<DataRow>(
    'select type, content from account_data where user_id = ? and room_id = ? and type = ?',
    userId,
    roomId ?? '',
    type,
  );
  return found === undefined ? undefined : fromRow(found).content;
}

/** Stores account data in the place of what was there, and tells the user's devices. */
export function* put(userId: UserId, roomId: RoomId | undefined, type: string, content: JsonObject): Work<void> {
  yield* execute(
    `insert into account_data (user_id, room_id, type, content, pos) values (?, ?, ?, ?, ?)
     on conflict (user_id, room_id, type) do update set content = excluded.content, pos = excluded.pos`,
    userId,
    roomId ?? '',
    type,
    JSON.stringify(content),
    yield* nextPosition(),
  );
  yield* wake(`user:${userId}`);
}

/** What of the global account data was put after one position, up to another; after 0 that is all. */
export function* globalBetween(userId: UserId, after: number, upTo: number): Work<readonly AccountData[]> {
  const found = yield* rows<DataRow>(
    "select type, content from account_data where user_id = ? and room_id = '' and pos > ? and pos <= ?",
    userId,
    after,
    upTo,
  );
  return found.map(fromRow);
}

/** The same of all rooms. */
export function* ofAllRoomsBetween(userId: UserId, after: number, upTo: number): Work<readonly RoomAccountData[]> {
  const found = yield* rows<RoomDataRow>(
    "select room_id, type, content from account_data where user_id = ? and room_id <> '' and pos > ? and pos <= ?",
    userId,
    after,
    upTo,
  );
  return found.map(fromRoomRow);
}

/** All that there is of some rooms up to a position. */
export function* ofRooms(userId: UserId, roomIds: readonly RoomId[], upTo: number): Work<readonly RoomAccountData[]> {
  if (roomIds.length === 0) return [];
  const list = inList(roomIds);
  const found = yield* rows<RoomDataRow>(
    `select room_id, type, content from account_data where user_id = ? and room_id in ${list.marks} and pos <= ?`,
    userId,
    ...list.args,
    upTo,
  );
  return found.map(fromRoomRow);
}

/** Whom a user does not want to hear of: https://spec.matrix.org/v1.19/client-server-api/#ignoring-users */
export function* ignoredUsers(userId: UserId): Work<ReadonlySet<UserId>> {
  return ignoredIn(yield* find(userId, undefined, 'm.ignored_user_list'), userId);
}

/** Those of some users who ignore another. */
export function* ignoring(other: UserId, userIds: readonly UserId[]): Work<ReadonlySet<UserId>> {
  const list = inList(userIds);
  const found = yield* rows<{ userId: UserId; content: string }>(
    `select user_id as "userId", content from account_data where user_id in ${list.marks} and room_id = '' and type = 'm.ignored_user_list'`,
    ...list.args,
  );
  const ignores = found.filter(({ userId, content }) => ignoredIn(JSON.parse(content) as JsonObject, userId).has(other));
  return new Set(ignores.map(({ userId }) => userId));
}

function ignoredIn(list: JsonObject | undefined, userId: UserId): ReadonlySet<UserId> {
  const ignored = Object.keys((list && objectAt(list, 'ignored_users')) ?? {}).filter(isUserId);
  return new Set(ignored.filter((id) => id !== userId));
}

export function* removeAllOf(userId: UserId): Work<void> {
  yield* execute('delete from account_data where user_id = ?', userId);
}
