import type { UserId } from '../core/identifiers.ts';
import { execute, row, rows, type Work } from '../kernel/work.ts';

/** Somebody, as another provider of identities knows them. */
export interface ExternalId {
  /** As the provider is called in the configuration. */
  readonly provider: string;
  readonly subject: string;
}

export function* ownerOf({ provider, subject }: ExternalId): Work<UserId | undefined> {
  const found = yield* row<{ userId: UserId }>('select user_id as "userId" from external_ids where provider = ? and subject = ?', provider, subject);
  return found?.userId;
}

/** The providers where a user is known. */
export function* providersOf(userId: UserId): Work<readonly string[]> {
  const found = yield* rows<{ provider: string }>('select distinct provider from external_ids where user_id = ? order by provider', userId);
  return found.map(({ provider }) => provider);
}

export function* listFor(userId: UserId): Work<readonly ExternalId[]> {
  return yield* rows<ExternalId>('select provider, subject from external_ids where user_id = ? order by provider, subject', userId);
}

export function* remove({ provider, subject }: ExternalId, userId: UserId): Work<void> {
  yield* execute('delete from external_ids where provider = ? and subject = ? and user_id = ?', provider, subject, userId);
}

/** The caller makes sure that it has no owner yet. */
export function* add({ provider, subject }: ExternalId, userId: UserId): Work<void> {
  yield* execute('insert into external_ids (provider, subject, user_id) values (?, ?, ?)', provider, subject, userId);
}
