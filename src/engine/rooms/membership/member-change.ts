import type { RoomId, UserId } from '../../../core/identifiers.ts';
import type { Requester } from '../../../kernel/requester.ts';
import type { Work } from '../../../kernel/work.ts';
import { stateChange, type StateChange, type StateTemplate } from '../state-change.ts';
import { refuseRejectedNotices } from './rejected-notices.ts';
import { memberContent, type MembershipState, type MoreContent } from './member-content.ts';

/** Whose membership of which room is to change, and by whom. */
export interface MemberOf {
  readonly roomId: RoomId;
  readonly sender: UserId;
  readonly target: UserId;
}

/** What the endpoints are told that change somebody else's membership. */
export interface MemberRequest {
  readonly roomId: RoomId;
  readonly userId: UserId;
  readonly reason: string | undefined;
}

export const memberOf = (who: Requester, request: MemberRequest): MemberOf => ({
  roomId: request.roomId,
  sender: who.userId,
  target: request.userId,
});

const memberEvent = ({ sender, target }: MemberOf, content: StateTemplate['content']): StateTemplate => ({
  type: 'm.room.member',
  stateKey: target,
  sender,
  content,
});

/** A change of membership that only the room's own rules have to allow. @throws M_CANNOT_LEAVE_SERVER_NOTICE_ROOM */
export function* memberChange(who: MemberOf, membership: MembershipState, more: MoreContent): Work<StateChange> {
  if (membership === 'leave' && who.sender === who.target) yield* refuseRejectedNotices(who.roomId, who.target);
  return yield* stateChange(who.roomId, memberEvent(who, yield* memberContent(who.target, membership, more)));
}
