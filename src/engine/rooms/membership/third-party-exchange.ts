import { keyThatSigned, type InvitationKey } from '../../../core/auth-rules.ts';
import type { EventTemplate } from '../../../core/event.ts';
import type { RoomId, UserId } from '../../../core/identifiers.ts';
import { stringAt, type JsonObject } from '../../../core/json.ts';
import { forbidden } from '../../../kernel/errors.ts';
import type { Work } from '../../../kernel/work.ts';
import * as acceptedInvites from '../../../store/accepted-third-party-invites.ts';
import * as currentState from '../../../store/current-state.ts';
import { memberContent } from './member-content.ts';

/** An invitation that went to an address, exchanged for one of the user to whom the address belongs. */
export interface ExchangedInvite {
  readonly roomId: RoomId;
  readonly token: string;
  /** Who sent the invitation by mail; they are the sender of this one, too. */
  readonly inviter: UserId;
  readonly invitee: UserId;
  readonly event: EventTemplate;
  /** The key that has signed; where it says so, it has still to be asked whether the key is good. */
  readonly key: InvitationKey;
}

/**
 * Exchanges a signed invitation: https://spec.matrix.org/v1.19/client-server-api/#third-party-invites
 * The auth rules check the same of the event; what they do not know is that an invitation is good for once.
 * @param signed `third_party_signed` as it came
 * @throws M_FORBIDDEN
 */
export function* exchangeInvite(roomId: RoomId, invitee: UserId, signed: JsonObject): Work<ExchangedInvite> {
  const token = stringAt(signed, 'token') ?? '';
  const invite = yield* currentState.eventAt(roomId, 'm.room.third_party_invite', token);
  const key = invite && keyThatSigned(signed, invite);
  if (invite === undefined || key === undefined) throw forbidden('There is no such invitation, or it was withdrawn; ask for another one');
  if (stringAt(signed, 'mxid') !== invitee) throw forbidden(`The invitation was signed for somebody else, not for ${invitee}`);
  if (stringAt(signed, 'sender') !== invite.sender) throw forbidden('The invitation was not signed for the one who has sent it');
  if (yield* acceptedInvites.has(roomId, token)) throw used();
  const thirdParty = { display_name: stringAt(invite.content, 'display_name') ?? '', signed };
  const content = yield* memberContent(invitee, 'invite', { third_party_invite: thirdParty });
  return { roomId, token, inviter: invite.sender, invitee, key, event: { type: 'm.room.member', stateKey: invitee, sender: invite.sender, content } };
}

/** Notes, in the transaction that stores its event, that an invitation was used. @throws M_FORBIDDEN when somebody was faster */
export function* useUp({ roomId, token, invitee }: ExchangedInvite): Work<void> {
  if (!(yield* acceptedInvites.add(roomId, token, invitee))) throw used();
}

const used = (): Error => forbidden('This invitation was used already; ask for another one');
