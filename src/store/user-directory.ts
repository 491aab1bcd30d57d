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
  /** `sharing`: only who shares a room with the viewer, or is in a room that anybody may join. */
  readonly users: 'all' | 'sharing';
  readonly limit: number;
  readonly offset: number;
}

const SHARED = `exists (select 1 from memberships theirs join memberships mine on mine.room_id = theirs.room_id
  where theirs.user_id = d.user_id and theirs.membership = 'join' and mine.user_id = ? and mine.membership = 'join')`;
const PUBLIC = `exists (select 1 from memberships theirs join room_summaries s on s.room_id = theirs.room_id
  where theirs.user_id = d.user_id and theirs.membership = 'join' and (s.join_rule = 'public' or s.is_published = 1))`;

/** Users with a word that begins with each of the words, those first whose first words are meant. Guests and shadow-banned users are not listed. */
export function* search({ words, viewer, users, limit, offset }: Search): Work<readonly UserId[]> {
  const conditions = words.map(() => "d.search_text like ? escape '\\'");
  const args: SqlValue[] = words.map((word) => `% ${word}%`);
  if (users === 'sharing') {
    conditions.push(`(${SHARED} or ${PUBLIC})`);
    args.push(viewer);
  }
  const found = yield* rows<{ user_id: UserId }>(
    `select d.user_id from user_directory d join users u on u.user_id = d.user_id
     where u.is_guest = 0 and u.is_deactivated = 0 and (u.is_shadow_banned = 0 or u.user_id = ?) and ${conditions.join(' and ')}
     order by case when d.search_text like ? escape '\\' then 0 else 1 end, d.user_id limit ? offset ?`,
    viewer,
    ...args,
    ` ${words.join(' ')}%`,
    limit,
    offset,
  );
  return found.map(({ user_id: userId }) => userId);
}
