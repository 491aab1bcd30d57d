import type { UserId } from '../core/identifiers.ts';
import type { JsonValue } from '../core/json.ts';
import { inList, rows, type Work } from '../kernel/work.ts';

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
