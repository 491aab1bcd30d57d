import type { UserId } from '../core/identifiers.ts';
import { execute, row, rows, type Work } from '../kernel/work.ts';

export type Medium = 'email' | 'msisdn';

/** https://spec.matrix.org/v1.19/appendices/#3pid-types */
export interface ThirdPartyId {
  readonly medium: Medium;
  /** In canonical form. */
  readonly address: string;
  /** When its owner has shown that it is theirs, and when it came to the account (ms since the epoch). */
  readonly validatedTs: number;
  readonly addedTs: number;
}

export function* listFor(userId: UserId): Work<readonly ThirdPartyId[]> {
  return yield* rows<ThirdPartyId>(
    `select medium, address, validated_ts as "validatedTs", added_ts as "addedTs" from third_party_ids
     where user_id = ? order by added_ts, medium, address`,
    userId,
  );
}

/** Whose account an identifier belongs to. */
export function* ownerOf(medium: string, address: string): Work<UserId | undefined> {
  const found = yield* row<{ userId: UserId }>('select user_id as "userId" from third_party_ids where medium = ? and address = ?', medium, address);
  return found?.userId;
}

/** @returns false when it belongs to another account */
export function* add(userId: UserId, { medium, address, validatedTs, addedTs }: ThirdPartyId): Work<boolean> {
  const added = yield* row<{ medium: string }>(
    `insert into third_party_ids (medium, address, user_id, validated_ts, added_ts) values (?, ?, ?, ?, ?)
     on conflict (medium, address) do update set validated_ts = excluded.validated_ts where user_id = excluded.user_id returning medium`,
    medium,
    address,
    userId,
    validatedTs,
    addedTs,
  );
  return added !== undefined;
}

export function* remove(userId: UserId, medium: string, address: string): Work<void> {
  yield* execute('delete from third_party_ids where medium = ? and address = ? and user_id = ?', medium, address, userId);
}

export function* removeAllOf(userId: UserId): Work<void> {
  yield* execute('delete from third_party_ids where user_id = ?', userId);
}
