import { isState } from '../../core/event.ts';
import type { RoomId } from '../../core/identifiers.ts';
import { mayUserSee } from '../../core/visibility.ts';
import type { Work } from '../../kernel/work.ts';
import type { StoredEvent } from '../../store/events.ts';
import * as memberships from '../../store/memberships.ts';
import type { Membership } from '../../store/memberships.ts';
import { statesBefore } from './states-before.ts';
import type { Viewer } from './viewer.ts';

/**
 * Those of some events (of any rooms) that a user may see, in the same order: by the history visibility at each of them
 * (https://spec.matrix.org/v1.19/client-server-api/#room-history-visibility), without what others were shadow-banned for and
 * without the messages of users whom the viewer ignores.
 */
export function* visibleEvents(stored: readonly StoredEvent[], viewer: Viewer): Work<readonly StoredEvent[]> {
  const { userId } = viewer;
  const candidates = stored.filter((candidate) => isForViewer(candidate, viewer));
  if (candidates.length === 0) return [];
  const present = yield* memberships.findIn([...new Set(candidates.map(({ event }) => event.roomId))], userId);
  const stateBefore = yield* statesBefore(candidates, userId, present);
  const joined = yield* lastJoins(present.values());
  return candidates.filter((candidate) => {
    const { event, pos } = candidate;
    const before = stateBefore(candidate);
    const isForgotten = present.get(event.roomId)?.forgotten === 1;
    return isForgotten
      ? before.historyVisibility === 'world_readable'
      : mayUserSee(userId, event, before, pos < (joined.get(event.roomId) ?? -Infinity));
  });
}

/** Whether one event is visible; see `visibleEvents`. */
export function* isVisible(stored: StoredEvent, viewer: Viewer): Work<boolean> {
  return (yield* visibleEvents([stored], viewer)).length === 1;
}

function isForViewer({ event, hidden, rejected }: StoredEvent, { userId, ignored }: Viewer): boolean {
  if (rejected !== undefined || (hidden && event.sender !== userId)) return false;
  return isState(event) || ignored === undefined || !ignored.has(event.sender);
}

/** Up to where in each room's timeline the user "joined the room at any point after the event". */
function* lastJoins(present: Iterable<Membership>): Work<ReadonlyMap<RoomId, number>> {
  const joined = new Map<RoomId, number>();
  for (const { roomId, userId, membership } of present) {
    const until: number | undefined = membership === 'join' ? Infinity : (yield* memberships.lastStay(roomId, userId))?.joinedAt;
    if (until !== undefined) joined.set(roomId, until);
  }
  return joined;
}
