import type { ServerName, UserId } from '../core/identifiers.ts';
import { row, rows, type SqlValue, type Work } from '../kernel/work.ts';
import { FLAGS, flagsOf, type FlagsRow, type UserFlags } from './user-flags.ts';

/** Which accounts are wanted; a key that is undefined leaves none out. */
export interface AccountFilter {
  readonly serverName: ServerName;
  /** A part of the local name or of the display name. */
  readonly name: string | undefined;
  /** A part of the user id. */
  readonly userId: string | undefined;
  readonly isGuest: boolean | undefined;
  readonly isAdmin: boolean | undefined;
  readonly isDeactivated: boolean | undefined;
  readonly isLocked: boolean | undefined;
  /** Types that are left out; an empty one stands for accounts without a type. */
  readonly exceptTypes: readonly string[];
}

/** By what a list can be sorted, as its columns are called. */
export const ACCOUNT_ORDERS = {
  name: 'user_id',
  displayname: 'display_name',
  is_guest: 'is_guest',
  admin: 'is_admin',
  deactivated: 'is_deactivated',
  user_type: 'user_type',
  avatar_url: 'avatar_url',
  shadow_banned: 'is_shadow_banned',
  creation_ts: 'created_ts',
  last_seen_ts: 'last_seen_ts',
  locked: 'is_locked',
} as const;

export interface AccountOrder {
  readonly by: keyof typeof ACCOUNT_ORDERS;
  readonly isReversed: boolean;
}

export interface ListedAccount extends UserFlags {
  readonly userId: UserId;
  readonly userType: string | undefined;
  readonly isErased: boolean;
  readonly displayName: string | undefined;
  readonly avatarUrl: string | undefined;
  /** Milliseconds since the epoch. */
  readonly createdTs: number;
  readonly lastSeenTs: number | undefined;
}

interface ListedRow extends FlagsRow {
  readonly user_id: UserId;
  readonly user_type: string | null;
  readonly erased_pos: number | null;
  readonly display_name: string | null;
  readonly avatar_url: string | null;
  readonly created_ts: number;
  readonly last_seen_ts: number | null;
}

const field = (name: string): string => `(select value ->> '$' from profiles p where p.user_id = u.user_id and p.field = '${name}')`;

/** Accounts as an administrator lists them, those after the first `from`. */
export function* page(filter: AccountFilter, { by, isReversed }: AccountOrder, from: number, limit: number): Work<readonly ListedAccount[]> {
  const wanted = conditionOf(filter);
  const found = yield* rows<ListedRow>(
    `select u.user_id, ${FLAGS}, user_type, erased_pos, created_ts, ${field('displayname')} as display_name, ${field('avatar_url')} as avatar_url,
       (select max(last_seen_ts) from devices d where d.user_id = u.user_id) as last_seen_ts
     from users u where ${wanted.sql} order by ${ACCOUNT_ORDERS[by]} ${isReversed ? 'desc' : 'asc'}, user_id limit ? offset ?`,
    ...wanted.args,
    limit,
    from,
  );
  return found.map((account) => ({
    userId: account.user_id,
    ...flagsOf(account),
    userType: account.user_type ?? undefined,
    isErased: account.erased_pos !== null,
    displayName: account.display_name ?? undefined,
    avatarUrl: account.avatar_url ?? undefined,
    createdTs: account.created_ts,
    lastSeenTs: account.last_seen_ts ?? undefined,
  }));
}

export function* count(filter: AccountFilter): Work<number> {
  const wanted = conditionOf(filter);
  return (yield* row<{ count: number }>(`select count(*) as count from users u where ${wanted.sql}`, ...wanted.args))?.count ?? 0;
}

function conditionOf(filter: AccountFilter): { readonly sql: string; readonly args: readonly SqlValue[] } {
  const conditions = ['1 = 1'];
  const args: SqlValue[] = [];
  const add = (sql: string, ...values: SqlValue[]): void => {
    conditions.push(sql);
    args.push(...values);
  };
  const flags = { is_guest: filter.isGuest, is_admin: filter.isAdmin, is_deactivated: filter.isDeactivated, is_locked: filter.isLocked };
  for (const [column, value] of Object.entries(flags)) if (value !== undefined) add(`u.${column} = ?`, Number(value));
  if (filter.name !== undefined) {
    const part = `%${escaped(filter.name)}%`;
    add(`(${like('u.user_id')} or ${like(field('displayname'))})`, `@${part}:${escaped(filter.serverName)}`, part);
  }
  if (filter.userId !== undefined) add(like('u.user_id'), `%${escaped(filter.userId)}%`);
  for (const type of filter.exceptTypes) {
    if (type === '') add('u.user_type is not null');
    else add('(u.user_type is null or u.user_type <> ?)', type);
  }
  return { sql: conditions.join(' and '), args };
}

/** Capitals do not matter, of a-z at least: that is what lower() knows everywhere. */
const like = (value: string): string => `lower(${value}) like lower(?) escape '\\'`;
const escaped = (part: string): string => part.replaceAll(/[\\%_]/g, '\\$&');
