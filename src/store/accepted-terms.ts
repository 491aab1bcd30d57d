import type { UserId } from '../core/identifiers.ts';
import { execute, type Work } from '../kernel/work.ts';

/** Keeps that a user has accepted the terms in this version. @param now milliseconds since the epoch */
export function* add(userId: UserId, version: string, now: number): Work<void> {
  yield* execute('insert into accepted_terms (user_id, version, accepted_ts) values (?, ?, ?) on conflict do nothing', userId, version, now);
}
