import type { CrossSigningKey, Usage } from '../core/encryption/cross-signing-key.ts';
import type { UserId } from '../core/identifiers.ts';
import type { JsonObject } from '../core/json.ts';
import { execute, inList, row, rows, type Work } from '../kernel/work.ts';

export function* put({ userId, usage, publicKey }: Omit<CrossSigningKey, 'key'>, key: string): Work<void> {
  yield* execute(
    `insert into cross_signing_keys (user_id, usage, public_key, key) values (?, ?, ?, ?)
     on conflict (user_id, usage) do update set public_key = excluded.public_key, key = excluded.key`,
    userId,
    usage,
    publicKey,
    key,
  );
}

/** All cross-signing keys of these users; who may see which is the caller's to decide. */
export function* listFor(userIds: readonly UserId[]): Work<readonly CrossSigningKey[]> {
  const list = inList(userIds);
  const found = yield* rows<Omit<CrossSigningKey, 'key'> & { key: string }>(
    `select user_id as "userId", usage, public_key as "publicKey", key from cross_signing_keys where user_id in ${list.marks}`,
    ...list.args,
  );
  return found.map((each) => ({ ...each, key: JSON.parse(each.key) as JsonObject }));
}

/** Whether one of the user's keys has this public key. */
export function* hasPublicKey(userId: UserId, publicKey: string): Work<boolean> {
  return (yield* row('select 1 from cross_signing_keys where user_id = ? and public_key = ?', userId, publicKey)) !== undefined;
}

export function* remove(userId: UserId, usage: Usage): Work<void> {
  yield* execute('delete from cross_signing_keys where user_id = ? and usage = ?', userId, usage);
}

/** @returns whether the user had any */
export function* removeAll(userId: UserId): Work<boolean> {
  return (yield* rows('delete from cross_signing_keys where user_id = ? returning usage', userId)).length > 0;
}
