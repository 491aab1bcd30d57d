import type { RoomId } from '../core/identifiers.ts';
import { inList, row, rows, type SqlValue, type Work } from '../kernel/work.ts';
import { SUMMARY_COLUMNS, type RoomSummary } from './room-summaries.ts';

/** Which rooms of the published directory are looked for. */
export interface DirectorySearch {
  /** What name, topic or canonical alias must contain, in any case. */
  readonly term?: string | undefined;
  /** Null stands for rooms without a type. */
  readonly roomTypes?: readonly (string | null)[] | undefined;
}

/** A place in the directory, which is ordered by size, largest first. */
export interface DirectoryPlace {
  readonly direction: 'forwards' | 'backwards';
  readonly joinedMembers: number;
  readonly roomId: RoomId;
}

/** Published rooms that nobody could enter or read are not worth showing. */
const LISTED = `is_published = 1 and joined_members > 0
  and (join_rule in ('public', 'knock', 'restricted', 'knock_restricted') or history_visibility = 'world_readable')`;

/** Rooms of the published directory from a place on; always in the directory's order. */
export function* list(search: DirectorySearch, from: DirectoryPlace | undefined, limit: number): Work<readonly RoomSummary[]> {
  const { sql, args } = conditions(search);
  const [after, order] =
    from?.direction === 'backwards'
      ? ['(joined_members > ? or (joined_members = ? and room_id < ?))', 'joined_members, room_id desc']
      : ['(joined_members < ? or (joined_members = ? and room_id > ?))', 'joined_members desc, room_id'];
  const found = yield* rows<RoomSummary>(
    `select ${SUMMARY_COLUMNS} from room_summaries where ${sql} ${from === undefined ? '' : `and ${after}`} order by ${order} limit ?`,
    ...args,
    ...(from === undefined ? [] : [from.joinedMembers, from.joinedMembers, from.roomId]),
    limit,
  );
  return from?.direction === 'backwards' ? found.toReversed() : found;
}

/** How many rooms a search finds in all. */
export function* count(search: DirectorySearch): Work<number> {
  const { sql, args } = conditions(search);
  return (yield* row<{ count: number }>(`select count(*) as count from room_summaries where ${sql}`, ...args))?.count ?? 0;
}

function conditions({ term, roomTypes }: DirectorySearch): { readonly sql: string; readonly args: readonly SqlValue[] } {
  const parts: string[] = [LISTED];
  const args: SqlValue[] = [];
  if (term !== undefined) {
    parts.push("search_text like ? escape '!'");
    args.push(`%${term.toLowerCase().replaceAll(/[!%_]/g, '!$&')}%`);
  }
  if (roomTypes !== undefined) {
    const types = inList(roomTypes.filter((type) => type !== null));
    parts.push(`(room_type in ${types.marks}${roomTypes.includes(null) ? ' or room_type is null' : ''})`);
    args.push(...types.args);
  }
  return { sql: parts.join(' and '), args };
}
