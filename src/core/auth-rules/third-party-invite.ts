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
  if (!isSignedByOneOf(signed, publicKeysOf(invite))) throw new NotAllowed('The signature of the third party invite is not valid');
}

function publicKeysOf(invite: Event): string[] {
  const { public_key: single, public_keys: list } = invite.content;
  const listed = Array.isArray(list) ? (list as JsonValue[]).filter(isObject).map((entry) => entry['public_key']) : [];
  return [single, ...listed].filter((key) => typeof key === 'string');
}

function isSignedByOneOf(signed: JsonObject, publicKeys: readonly string[]): boolean {
  return Object.entries(objectAt(signed, 'signatures') ?? {}).some(
    ([name, keys]) =>
      isObject(keys) && Object.keys(keys).some((keyId) => publicKeys.some((publicKey) => verifyJson(signed, name, keyId, publicKey, 'lax'))),
  );
}
