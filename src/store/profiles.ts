import type { UserId } from '../core/identifiers.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import { execute, inList, row, rows, type Work } from '../kernel/work.ts';
import * as userDirectory from './user-directory.ts';

/** The parts of a profile that member events carry; absent where the user has not set them. */
export interface MemberProfile {
  readonly displayname?: string;
  readonly avatar_url?: string;
}

/** What member events say of each of these users; users without a profile are left out. */
export function* memberProfilesOf(userIds: readonly UserId[]): Work<ReadonlyMap<UserId, MemberProfile>> {
  const list = inList(userIds);
  const found = yield* rows<{ user_id: UserId; field: 'displayname' | 'avatar_url'; value: string }>(
    `select user_id, field, value from profiles where user_id in ${list.marks} and field in ('displayname', 'avatar_url')`,
    ...list.args,
  );
  const profiles = new Map<UserId, MemberProfile>();
  for (const { user_id: userId, field, value } of found) {
    const parsed = JSON.parse(value) as JsonValue;
    if (typeof parsed === 'string') profiles.set(userId, { ...profiles.get(userId), [field]: parsed });
  }
  return profiles;
}

/** All fields of a profile: https://spec.matrix.org/v1.19/client-server-api/#profiles */
export function* find(userId: UserId): Work<JsonObject> {
  const found = yield* rows<{ field: string; value: string }>('select field, value from profiles where user_id = ? order by field', userId);
  return Object.fromEntries(found.map(({ field, value }) => [field, JSON.parse(value) as JsonValue]));
}

export function* field(userId: UserId, name: string): Work<JsonValue | undefined> {
  const found = yield* row<{ value: string }>('select value from profiles where user_id = ? and field = ?', userId, name);
  return found === undefined ? undefined : (JSON.parse(found.value) as JsonValue);
}

export function* put(userId: UserId, name: string, value: JsonValue): Work<void> {
  yield* execute(
    'insert into profiles (user_id, field, value) values (?, ?, ?) on conflict (user_id, field) do update set value = excluded.value',
    userId,
    name,
    JSON.stringify(value),
  );
  if (name === 'displayname') yield* userDirectory.note(userId, typeof value === 'string' ? value : undefined);
}

export function* remove(userId: UserId, name: string): Work<void> {
  yield* execute('delete from profiles where user_id = ? and field = ?', userId, name);
  if (name === 'displayname') yield* userDirectory.note(userId, undefined);
}

export function* removeAll(userId: UserId): Work<void> {
  yield* execute('delete from profiles where user_id = ?', userId);
}
