import { isState } from '../../core/event.ts';
import type { RoomId, UserId } from '../../core/identifiers.ts';
import { stringAt } from '../../core/json.ts';
import { mayUserSee, type StateBefore } from '../../core/visibility.ts';
import { together } from '../../kernel/together.ts';
import type { Work } from '../../kernel/work.ts';
import type { StoredEvent } from '../../store/events.ts';
import * as memberships from '../../store/memberships.ts';
import type { Membership } from '../../store/memberships.ts';
import { wholeStateHistory } from '../../store/state-history.ts';
import { byRoom } from './by-room.ts';
import { redactErased } from './redact-erased.ts';
import { statesBefore } from './states-before.ts';
import type { Viewer } from './viewer.ts';

/**
 * Those of some events (of any rooms) that a user may see, in the same order: by the history visibility at each of them
 * (https://spec.matrix.org/v1.19/client-server-api/#room-history-visibility), without what others were shadow-banned for and
 * without the messages of users whom the viewer ignores. What erased users said is redacted for those who joined later.
 */
export function* visibleEvents(stored: readonly StoredEvent[], viewer: Viewer): Work<readonly StoredEvent[]> {
  const candidates = stored.filter((one) => isForViewer(one, viewer));
  const rooms = byRoom(candidates);
  const present = yield* memberships.findIn([...rooms.keys()], viewer.userId);
  const visible = new Set<StoredEvent>();
  const sights = yield* together([...rooms].map(([roomId, inRoom]) => visibilityIn(roomId, inRoom, viewer.userId, present.get(roomId))));
  for (const [index, inRoom] of [...rooms.values()].entries()) for (const one of inRoom) if (sights[index]?.(one) === true) visible.add(one);
  const seen = candidates.filter((one) => visible.has(one));
  return yield* redactErased(seen, present);
}

/** Whether one event is visible; see `visibleEvents`. */
export function* isVisible(stored: StoredEvent, viewer: Viewer): Work<boolean> {
  return (yield* visibleEvents([stored], viewer)).length === 1;
}

function isForViewer({ event, pos, hidden, rejected }: StoredEvent, { userId, ignored, newest }: Viewer): boolean {
  if (pos > newest || rejected !== undefined || (hidden && event.sender !== userId)) return false;
  return isState(event) || ignored === undefined || !ignored.has(event.sender);
}

const everything = (): boolean => true;

/** @param present how the user stands to the room now */
function* visibilityIn(
  roomId: RoomId,
  stored: readonly StoredEvent[],
  userId: UserId,
  present: Membership | undefined,
): Work<(one: StoredEvent) => boolean> {
  const isMember = present?.membership === 'join';
  const oldest = stored.reduce((least, { pos }) => Math.min(least, pos), Infinity);
  if (isMember && (yield* seesStayFrom(roomId, oldest, present))) return everything;
  const [stateBefore, counted] = [yield* statesBefore(stored, userId), counting(present)];
  return (one) => {
    const { before, joinedSince } = counted(one.pos, stateBefore(one));
    return mayUserSee(userId, one.event, before, joinedSince);
  };
}

/** What counts of a room's state before some position for a user who stands to the room like this now. */
export function counting(present: Membership | undefined): (pos: number, before: StateBefore) => { before: StateBefore; joinedSince: boolean } {
  const isMember = present?.membership === 'join';
  const end = isMember ? Infinity : endOfLastStay(present);
  const joinedPos = present?.joinedPos ?? -Infinity;
  return (pos, before) =>
    // "In all cases except world_readable, a user needs to join a room to view events": to be invited (again) is not enough by itself.
    pos > end ? { before: { ...before, membership: undefined }, joinedSince: false } : { before, joinedSince: isMember || pos < joinedPos };
}

/**
 * The position where the last stay of somebody ended who is not in the room: "no events received after they left".
 * -Infinity for who was never there, or has forgotten it.
 */
export function endOfLastStay(present: Membership | undefined): number {
  const isOutsider = present === undefined || present.joinedPos === null || present.forgotten === 1;
  return isOutsider ? -Infinity : (present.leftPos ?? -Infinity);
}

/**
 * Whether a user sees, whatever the visibility is, all that came to a room from a position on to the end of their last stay there.
 * False also where only looking at each event can tell. Mostly nothing more needs to be asked.
 * @param present how the user stands to the room now
 */
export function* seesStayFrom(roomId: RoomId, oldest: number, present: Membership | undefined): Work<boolean> {
  const hasStayed = present?.membership === 'join' || endOfLastStay(present) >= oldest;
  if (!hasStayed || present === undefined) return false;
  return oldest >= (present.joinedPos ?? Infinity) || (yield* wasAlwaysShared(roomId));
}

/** Whether the room never had a history visibility that keeps anything from its members. */
function* wasAlwaysShared(roomId: RoomId): Work<boolean> {
  const settings = yield* wholeStateHistory(roomId, 'm.room.history_visibility', '');
  return settings.every(({ event }) => {
    const visibility = stringAt(event.content, 'history_visibility');
    return visibility !== 'invited' && visibility !== 'joined';
  });
}
