import type { RoomId, UserId } from '../../core/identifiers.ts';
import type { Work } from '../../kernel/work.ts';
import * as events from '../../store/events.ts';
import type { StoredEvent } from '../../store/events.ts';
import * as threadPages from '../../store/thread-pages.ts';
import { aggregationsOf } from './aggregations.ts';
import type { Viewer } from './viewer.ts';
import { visibleEvents } from './visibility.ts';
import { visibleSpans } from './visible-spans.ts';

interface Query {
  readonly roomId: RoomId;
  /** The newest position that a thread's latest event may have. */
  readonly upTo: number;
  /** Only threads that this user takes part in. */
  readonly participant: UserId | undefined;
  readonly limit: number;
}

/** How many threads are looked at for one reply. */
const MAX_SCANNED = 500;

/**
 * The roots of threads that a user may see something of, those first whose latest event that they may see is the newest. Ignored users' roots are among them.
 * @returns with the position to go on from, undefined when there are no more
 */
export function* visibleThreads(query: Query, viewer: Viewer): Work<{ readonly roots: readonly StoredEvent[]; readonly next: number | undefined }> {
  const { roomId, participant, limit } = query;
  const sight = yield* sightOf(roomId, viewer);
  const roots: StoredEvent[] = [];
  const ask = limit + 1;
  let upTo = query.upTo;
  for (let scanned = 0; scanned < MAX_SCANNED; scanned += ask) {
    const page = yield* threadPages.page({ roomId, upTo, participant }, sight, ask);
    const shown = yield* shownRoots(page, roomId, viewer);
    for (const { rootId, latestPos } of page) {
      const root = shown.get(rootId);
      if (root === undefined) continue;
      if (roots.length === limit) return { roots, next: latestPos };
      roots.push(root);
    }
    const last = page.at(-1);
    if (last === undefined || page.length < ask) return { roots, next: undefined };
    upTo = last.latestPos - 1;
  }
  return { roots, next: upTo };
}

/** @returns undefined for who sees what everybody may see */
function* sightOf(roomId: RoomId, viewer: Viewer): Work<threadPages.Sight | undefined> {
  const { userId, newest, ignored = new Set<UserId>() } = viewer;
  const sight = { roomId, viewer: userId, ignored, newest, spans: yield* visibleSpans(roomId, viewer) };
  return (yield* threadPages.seesAsAll(sight)) ? undefined : sight;
}

function* shownRoots(page: readonly threadPages.Thread[], roomId: RoomId, viewer: Viewer): Work<ReadonlyMap<string, StoredEvent>> {
  const found = yield* events.findAll(page.map(({ rootId }) => rootId));
  const inRoom = found.filter(({ event }) => event.roomId === roomId);
  const { ignored: _hidesNoRoots, ...anyway } = viewer;
  const visible = yield* visibleEvents(inRoom, anyway);
  const aggregations = yield* aggregationsOf(visible, viewer);
  const shown = visible.filter(({ event }) => aggregations.get(event.eventId)?.thread !== undefined);
  return new Map(shown.map((root) => [root.event.eventId, root]));
}
