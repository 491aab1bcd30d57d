import type { RoomId } from '../../core/identifiers.ts';
import type { EventTemplate } from '../../core/event.ts';
import { invitationFor, invitationInto } from '../../engine/identity/invited-room.ts';
import { thirdPartyInviteEvent } from '../../engine/identity/stored-invite.ts';
import { findInvitees, toThirdPartyInvitee, type InviteeKeys, type ThirdPartyInvitee } from '../../engine/identity/third-party-invitee.ts';
import { inviteChange } from '../../engine/rooms/membership/invite-change.ts';
import { memberOf, type MemberOf, type MemberRequest } from '../../engine/rooms/membership/member-change.ts';
import { checkMayInvite } from '../../engine/rooms/membership/may-invite.ts';
import { changeEvents, type StateChange } from '../../engine/rooms/state-change.ts';
import { RoomStateView } from '../../engine/rooms/room-state-view.ts';
import type { Ask } from '../../kernel/operation.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Context } from '../context.ts';
import { defineOperation } from '../define.ts';

/** Somebody is invited by an address, wherever they may be. */
interface ThirdPartyRequest {
  readonly roomId: RoomId;
  readonly invitee: InviteeKeys;
}

type Draft =
  | { readonly kind: 'user'; readonly member: MemberOf; readonly change: StateChange }
  | {
      readonly kind: 'stranger';
      readonly who: Requester;
      readonly roomId: RoomId;
      readonly invitee: ThirdPartyInvitee;
      readonly event?: EventTemplate;
    };

/**
 * Invites a user into a room: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidinvite
 * Who is named by an address is looked up at an identity server, which invites by mail those whom it does not know:
 * https://spec.matrix.org/v1.19/client-server-api/#thirdparty_post_matrixclientv3roomsroomidinvite
 */
export const inviteUser = defineOperation({
  name: 'invite-user',
  prepare: (context, who: Requester, input: MemberRequest | ThirdPartyRequest, ask): Promise<Draft> =>
    'userId' in input ? userDraft(context, who, input) : thirdPartyDraft(context, who, input, ask),
  gates: (draft) => ({
    user_may_invite:
      draft.kind === 'user' && draft.change.standing === undefined ? [[draft.member.sender, draft.member.target, draft.member.roomId]] : [],
    // Whom only a mail can reach is nobody yet whom user_may_invite could be asked about.
    user_may_send_3pid_invite: draft.kind === 'stranger' ? [[draft.who.userId, draft.invitee.medium, draft.invitee.address, draft.roomId]] : [],
  }),
  arrange: async (context, draft) => (draft.kind === 'user' ? draft : await inviteByMail(context, draft)),
  events(draft) {
    if (draft.kind === 'user') return changeEvents(draft.change);
    return draft.event === undefined ? [] : [{ room: { id: draft.roomId }, events: [draft.event] }];
  },
  *commit() {},
});

async function userDraft(context: Context, who: Requester, input: MemberRequest): Promise<Draft> {
  const member = memberOf(who, input);
  return { kind: 'user', member, change: await context.read(() => inviteChange(member, context.serverName, { reason: input.reason })) };
}

async function thirdPartyDraft(
  context: Context,
  who: Requester,
  { roomId, invitee: keys }: ThirdPartyRequest,
  ask: Ask<'invite-user'>,
): Promise<Draft> {
  const invitee = toThirdPartyInvitee(keys);
  await context.read(() => checkMayInvite(roomId, who.userId));
  await ask('check_threepid_can_be_invited', invitee.medium, invitee.address, new RoomStateView(roomId, context));
  const [userId] = (await findInvitees(context.identityServers, [invitee])).users;
  return userId === undefined ? { kind: 'stranger', who, roomId, invitee } : await userDraft(context, who, { roomId, userId, reason: undefined });
}

/** The invitations of a shadow-banned user only seem to be made. */
async function inviteByMail(context: Context, draft: Extract<Draft, { kind: 'stranger' }>): Promise<Draft> {
  const { who, roomId, invitee } = draft;
  if (who.shadowBanned) return draft;
  const text = await context.read(() => invitationInto(roomId, who.userId));
  const stored = await context.identityServers.storeInvite(invitee, invitationFor(invitee, text));
  return { ...draft, event: thirdPartyInviteEvent(who.userId, stored) };
}
