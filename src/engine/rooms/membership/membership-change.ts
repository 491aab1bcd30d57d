import { isDeepStrictEqual } from 'node:util';
import type { RoomId, UserId } from '../../../core/identifiers.ts';
import type { JsonObject } from '../../../core/json.ts';
import type { EventPlan } from '../../../kernel/event-plan.ts';
import type { Work } from '../../../kernel/work.ts';
import * as currentState from '../../../store/current-state.ts';

/** One user's membership of one room, as somebody wants it to become. */
export interface MembershipChange {
  readonly roomId: RoomId;
  readonly sender: UserId;
  readonly target: UserId;
  /** The content of the member event; undefined when everything is as wanted already. */
  readonly content: JsonObject | undefined;
}

/** The event that makes the change. */
export function membershipEvents({ roomId, sender, target, content }: MembershipChange): readonly EventPlan[] {
  if (content === undefined) return [];
  return [{ room: { id: roomId }, events: [{ type: 'm.room.member', stateKey: target, sender, content }] }];
}

/** The change without content where the same sender has made the same change before, and nothing happened since. */
export function* unlessStanding(change: MembershipChange): Work<MembershipChange> {
  const standing = yield* currentState.eventAt(change.roomId, 'm.room.member', change.target);
  const isSame = standing?.sender === change.sender && isDeepStrictEqual(standing.content, change.content);
  return isSame ? { ...change, content: undefined } : change;
}
