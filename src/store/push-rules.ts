import type { UserId } from '../core/identifiers.ts';
import { NO_CHANGES, type PushRuleChanges } from '../core/push-rules/ruleset.ts';
import { execute, inList, row, rows, wake, type Work } from '../kernel/work.ts';
import { nextPosition } from './stream.ts';

/** What a user changed of the server's rules, as it is stored; undefined when they changed nothing. */
export function* findText(userId: UserId): Work<string | undefined> {
  return (yield* row<{ changes: string }>('select changes from push_rules where user_id = ?', userId))?.changes;
}

/** The same of some users; those who changed nothing are left out. */
export function* findTexts(userIds: readonly UserId[]): Work<ReadonlyMap<UserId, string>> {
  const list = inList(userIds);
  const found = yield* rows<{ userId: UserId; changes: string }>(
    `select user_id as "userId", changes from push_rules where user_id in ${list.marks}`,
    ...list.args,
  );
  return new Map(found.map(({ userId, changes }) => [userId, changes]));
}

export function* find(userId: UserId): Work<PushRuleChanges> {
  const text = yield* findText(userId);
  return text === undefined ? NO_CHANGES : (JSON.parse(text) as PushRuleChanges);
}

/** Changes a user's push rules and tells their devices. What `change` throws ends the transaction. */
export function* update(userId: UserId, change: (changes: PushRuleChanges) => PushRuleChanges): Work<void> {
  const changes = change(yield* find(userId));
  yield* execute(
    `insert into push_rules (user_id, changes, pos) values (?, ?, ?)
     on conflict (user_id) do update set changes = excluded.changes, pos = excluded.pos`,
    userId,
    JSON.stringify(changes),
    yield* nextPosition(),
  );
  yield* wake(`user:${userId}`);
}

/** Whether the user's rules changed after one position, up to another. */
export function* changedBetween(userId: UserId, after: number, upTo: number): Work<boolean> {
  const found = yield* row<{ pos: number }>('select pos from push_rules where user_id = ? and pos > ? and pos <= ?', userId, after, upTo);
  return found !== undefined;
}

export function* removeAllOf(userId: UserId): Work<void> {
  yield* execute('delete from push_rules where user_id = ?', userId);
}
