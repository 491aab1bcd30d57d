import type { EventId, RoomId } from '../../core/identifiers.ts';
import { evaluatePushRules } from '../../core/push-rules/evaluate-push-rules.ts';
import { prepareEvent, type PreparedEvent } from '../../core/push-rules/prepare-event.ts';
import type { Work } from '../../kernel/work.ts';
import * as accountData from '../../store/account-data.ts';
import * as notified from '../../store/notified.ts';
import type { Push } from '../../store/push-queue.ts';
import { pushContextIn, type PushContextOf } from './push-context.ts';
import type { Rulesets } from './rulesets.ts';

/**
 * Which users with pushers are to be told of the events after a position, up to another. Members may see all that comes after they
 * joined, so nobody asks for the history's visibility; nobody is told of what an ignored user does.
 */
export function* notifiedUsers(rulesets: Rulesets, after: number, upTo: number): Work<readonly Push[]> {
  const contexts = new Map<RoomId, PushContextOf>();
  const prepared = new Map<EventId, PreparedEvent>();
  const pushes: Push[] = [];
  for (const { stored, ...member } of yield* notified.candidates(after, upTo)) {
    const { event, pos } = stored;
    const contextOf = contexts.get(event.roomId) ?? (yield* pushContextIn(event.roomId));
    contexts.set(event.roomId, contextOf);
    const preparedEvent = prepared.get(event.eventId) ?? prepareEvent(event);
    prepared.set(event.eventId, preparedEvent);
    const { notify, actions } = evaluatePushRules(yield* rulesets.of(member.userId), preparedEvent, contextOf(member, event));
    if (!notify || (yield* accountData.ignoredUsers(member.userId)).has(event.sender)) continue;
    pushes.push({ userId: member.userId, pos, actions });
  }
  return pushes;
}
