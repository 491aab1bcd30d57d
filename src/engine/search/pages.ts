import type { Hit, Hits } from './find-hits.ts';

export type GroupKey = 'room_id' | 'sender';

/** Where a page of results begins. Hits are looked at in stretches of the timeline, and ordered within each. */
export interface Place {
  /** The newest position of the stretch. */
  readonly upTo: number;
  /** How many of the stretch's results, in their order, earlier pages have shown. */
  readonly offset: number;
  /** How many hits were found in the stretches before. */
  readonly seen: number;
  /** Only the results of one group. */
  readonly group?: { readonly key: GroupKey; readonly value: string } | undefined;
}

export interface Page {
  readonly hits: readonly Hit[];
  readonly next: Place | undefined;
  readonly groups: ReadonlyMap<GroupKey, readonly Group[]>;
}

export interface Group {
  readonly value: string;
  readonly hits: readonly Hit[];
  readonly next: Place | undefined;
}

export const groupOf = ({ stored: { event } }: Hit, key: GroupKey): string => (key === 'room_id' ? event.roomId : event.sender);

/** The best first; of equally good ones the newest. */
const byRank = (hits: readonly Hit[]): readonly Hit[] => hits.toSorted((a, b) => b.rank - a.rank || b.stored.pos - a.stored.pos);

interface Request {
  readonly place: Place;
  readonly orderBy: 'rank' | 'recent';
  readonly groupBy: readonly GroupKey[];
  readonly limit: number;
}

/** Cuts a page out of the hits of a stretch. */
export function pageOf(found: Hits, { place, orderBy, groupBy, limit }: Request): Page {
  const { group } = place;
  const ordered = orderBy === 'rank' ? byRank(found.hits) : found.hits;
  const hits = group === undefined ? ordered : ordered.filter((hit) => groupOf(hit, group.key) === group.value);
  const end = Math.min(place.offset + limit, hits.length);
  const shown = hits.slice(place.offset, end);

  const after = (of: readonly Hit[], offset: number, within: Place['group']): Place | undefined => {
    if (offset < of.length) return { ...place, offset, group: within };
    return found.next === undefined ? undefined : { upTo: found.next, offset: 0, seen: place.seen + found.hits.length, group: within };
  };
  const groupsBy = (key: GroupKey): readonly Group[] =>
    [...new Set(shown.map((hit) => groupOf(hit, key)))].map((value) => {
      const isMember = (hit: Hit): boolean => groupOf(hit, key) === value;
      const offset = hits.slice(0, end).filter(isMember).length;
      return { value, hits: shown.filter(isMember), next: after(hits.filter(isMember), offset, { key, value }) };
    });
  // Whether a full page is the last one, clients have always found out by asking for the next; some take a missing token for a fault.
  const next = after(hits, end, group) ?? (shown.length === limit ? { ...place, offset: end, group } : undefined);
  return { hits: shown, next, groups: new Map(groupBy.map((key) => [key, groupsBy(key)])) };
}
