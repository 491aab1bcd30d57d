import { stringAt } from '../../core/json.ts';
import type { RoomId } from '../../core/identifiers.ts';
import { maySee, type StateBefore } from '../../core/visibility.ts';
import type { Work } from '../../kernel/work.ts';
import * as memberships from '../../store/memberships.ts';
import { wholeStateHistory } from '../../store/state-history.ts';
import type { Span } from '../../store/thread-pages.ts';
import type { Viewer } from './viewer.ts';
import { counting, seesStayFrom } from './visibility.ts';

/**
 * The stretches of a room's timeline in which a user may see the messages, oldest first: for questions about so many events that
 * `visibleEvents` cannot be asked about each. Whom the user ignores, and what is hidden, is not looked at.
 */
export function* visibleSpans(roomId: RoomId, { userId, newest }: Viewer): Work<readonly Span[]> {
  const present = yield* memberships.find(roomId, userId);
  if (present?.membership === 'join' && (yield* seesStayFrom(roomId, 0, present))) return [{ after: 0, upTo: newest }];
  const counted = counting(present);
  const changes = [
    ...(yield* wholeStateHistory(roomId, 'm.room.history_visibility', '')),
    ...(yield* wholeStateHistory(roomId, 'm.room.member', userId)),
  ].toSorted((one, other) => one.pos - other.pos);
  const spans: Span[] = [];
  let state: StateBefore = { historyVisibility: undefined, membership: undefined };
  let after = 0;
  const see = (upTo: number): void => {
    const { before, joinedSince } = counted(after + 1, state);
    if (upTo > after && maySee(before, joinedSince)) spans.push({ after, upTo });
    after = upTo;
  };
  for (const { pos, event } of changes) {
    if (pos > newest) break;
    see(pos);
    const value = (key: string): string | undefined => stringAt(event.content, key);
    if (event.type === 'm.room.member') state = { ...state, membership: value('membership') };
    else state = { ...state, historyVisibility: value('history_visibility') };
  }
  see(newest);
  return spans;
}
