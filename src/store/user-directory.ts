import type { UserId } from '../core/identifiers.ts';
import { searchWords } from '../core/search-words.ts';
import { execute, rows, type SqlValue, type Work } from '../kernel/work.ts';

/** Takes over by which words a user is found: those of the id and of the display name. */
export function* note(userId: UserId, displayName: string | undefined): Work<void> {
  const words = new Set([...searchWords(userId), ...searchWords(displayName ?? '')]);
  const text = [...words].map((word) => ` ${word}`).join('');
  yield* execute(
    'insert into user_directory (user_id, search_text) values (?, ?) on conflict (user_id) do update set search_text = excluded.search_text',
    userId,
    text,
  );
}

export function* remove(userId: UserId): Work<void> {
  yield* execute('delete from user_directory where user_id = ?', userId);
}

export interface Search {
  readonly words: readonly string[];
  /** Who searches. */
  readonly viewer: UserId;
  /** `sharing`: only who shares a room with the viewer, or is in a room that anybody may join or read. */
  readonly users: 'all' | 'sharing';
  readonly showLocked: boolean;
  readonly limit: number;
}
export interface Found {
  readonly userId: UserId;
  /** Whether they are joined to a room with the viewer. */
  readonly shares: boolean;
}

/** How much one search looks at, however many people there are: memberships in the viewer's rooms, and users whose names fit. */
const MAX_COMPANY = 20_000;
const MAX_MATCHES = 5_000;

const COMPANY = `select theirs.user_id from memberships mine
  join memberships theirs on theirs.room_id = mine.room_id and theirs.membership = 'join'
  where mine.user_id = ? and mine.membership = 'join' limit ${MAX_COMPANY}`;
const IS_PUBLIC = `exists (select 1 from memberships theirs join room_summaries s on s.room_id = theirs.room_id
  where theirs.user_id = matching.user_id and theirs.membership = 'join'
    and (s.join_rule = 'public' or s.history_visibility = 'world_readable' or s.is_published = 1))`;

/**
 * Users with a word that begins with each of the words; where there are more than `limit`, those who are most likely to be meant. Guests, users who are
 * deactivated, locked or shadow-banned, and whoever searches are not listed.
 */
export function* search({ words, viewer, users, showLocked, limit }: Search): Work<readonly Found[]> {
  const conditions = ['u.is_guest = 0', 'u.is_deactivated = 0', 'u.is_shadow_banned = 0', 'u.user_id <> ?'];
  const args: SqlValue[] = [viewer];
  if (!showLocked) conditions.push('u.is_locked = 0');
  for (const word of words) {
    conditions.push("d.search_text like ? escape '\\'");
    args.push(`% ${word}%`);
  }
  const order = "order by search_text like ? escape '\\' desc, shares desc, search_text like ? escape '\\' desc, user_id";
  const best = [` ${words.join(' ')} %`, ` ${words.join(' ')}%`];
  const found = yield* rows<{ user_id: UserId; shares: number }>(
    `with company as materialized (${COMPANY}),
     matching as materialized (
       select d.user_id as user_id, d.search_text as search_text, d.user_id in (select user_id from company) as shares
       from user_directory d join users u on u.user_id = d.user_id where ${conditions.join(' and ')} ${order} limit ${MAX_MATCHES}
     )
     select user_id, shares from matching ${users === 'sharing' ? `where shares or ${IS_PUBLIC}` : ''} ${order} limit ?`,
    viewer,
    ...args,
    ...best,
    ...best,
    limit,
  );
  return found.map(({ user_id: userId, shares }) => ({ userId, shares: shares === 1 }));
}
