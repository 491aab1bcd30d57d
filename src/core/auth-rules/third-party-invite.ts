/** Invites by an address of a third party: https://spec.matrix.org/v1.19/server-server-api/#third-party-invites */
import type { Event } from '../event.ts';
import { isObject, objectAt, stringAt, type JsonObject, type JsonValue } from '../json.ts';
import { verifyJson } from '../signatures.ts';
import { NotAllowed } from './not-allowed.ts';
import type { RoomAtEvent } from './room-at-event.ts';

/**
 * Checks an invite that redeems an m.room.third_party_invite of the room.
 * @throws NotAllowed
 */
export function checkThirdPartyInvite(event: Event, target: string, room: RoomAtEvent): void {
  if (room.membershipOf(target) === 'ban') throw new NotAllowed(`${target} is banned from the room`);
  const signed = objectAt(objectAt(event.content, 'third_party_invite') ?? {}, 'signed');
  const token = signed === undefined ? undefined : stringAt(signed, 'token');
  if (signed === undefined || token === undefined) throw new NotAllowed('The third party invite is not signed');
  if (stringAt(signed, 'mxid') !== target) throw new NotAllowed(`The third party invite was not signed for ${target}`);
  const invite = room.state('m.room.third_party_invite', token);
  if (invite === undefined) throw new NotAllowed('The room has no such third party invite; it may have been revoked');
  if (invite.sender !== event.sender) throw new NotAllowed(`The third party invite is not one of ${event.sender}`);
  if (keyThatSigned(signed, invite) === undefined) throw new NotAllowed('The signature of the third party invite is not valid');
}

/** A key by which an invitation to the owner of an address can be signed over to a user. */
export interface InvitationKey {
  readonly publicKey: string;
  /** Where to ask whether the key is still good; undefined where it is good for ever. */
  readonly validityUrl: string | undefined;
}

/** The key of an m.room.third_party_invite with which `signed` carries a valid signature; undefined when there is none. */
export function keyThatSigned(signed: JsonObject, invite: Pick<Event, 'content'>): InvitationKey | undefined {
  const signers = Object.entries(objectAt(signed, 'signatures') ?? {}).flatMap(([name, keys]) =>
    isObject(keys) ? Object.keys(keys).map((keyId) => [name, keyId] as const) : [],
  );
  return keysOf(invite).find(({ publicKey }) => signers.some(([name, keyId]) => verifyJson(signed, name, keyId, publicKey, 'lax')));
}

function keysOf({ content }: Pick<Event, 'content'>): InvitationKey[] {
  const listed = Array.isArray(content['public_keys']) ? (content['public_keys'] as JsonValue[]).filter(isObject) : [];
  return [content, ...listed].flatMap((entry) => {
    const publicKey = stringAt(entry, 'public_key');
    return publicKey === undefined ? [] : [{ publicKey, validityUrl: stringAt(entry, 'key_validity_url') }];
  });
}
