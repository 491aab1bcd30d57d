/** Signatures of events: https://spec.matrix.org/v1.19/server-server-api/#signing-events */
import { essentialBytes } from './hashes.ts';
import { domainOf, isUserId, serverOf, type ServerName } from './identifiers.ts';
import { objectAt, stringAt, type JsonObject } from './json.ts';
import { redact } from './redaction.ts';
import type { Event } from './event.ts';
import type { RoomVersion } from './room-versions.ts';
import { addSignature, verifyJson, type SigningKey } from './signatures.ts';

/** A copy of an event, signed by a server; the signature holds for its redacted form too. */
export const signEvent = (pdu: JsonObject, version: RoomVersion, serverName: ServerName, key: SigningKey): JsonObject =>
  addSignature(pdu, serverName, key.keyId, key.sign(essentialBytes(pdu, version)));

/** Whether an event carries a valid signature of a server's key. */
export const verifyEvent = (pdu: JsonObject, version: RoomVersion, serverName: ServerName, keyId: string, publicKey: string): boolean =>
  verifyJson(redact(pdu, version), serverName, keyId, publicKey, version.json);

/**
 * The servers whose valid signatures an event must carry: the sender's (unless it is an invite that a third party
 * brought about), the one in the event id where ids carry one, and the one that let a user join a restricted room.
 */
export function requiredSigners(event: Event): ReadonlySet<ServerName> {
  const { version, content } = event;
  const isMember = event.type === 'm.room.member';
  const membership = isMember ? stringAt(content, 'membership') : undefined;
  const isThirdPartyInvite = membership === 'invite' && objectAt(content, 'third_party_invite') !== undefined;

  const servers = new Set<ServerName>();
  if (!isThirdPartyInvite) servers.add(serverOf(event.sender));
  const idServer = version.eventIds === 'field' ? domainOf(event.eventId) : undefined;
  if (idServer !== undefined) servers.add(idServer);
  const authoriser = isMember ? authorisingServer(event) : undefined;
  if (authoriser !== undefined) servers.add(authoriser);
  return servers;
}

/** The server that let a user join a restricted room, when the member event names one and the room version knows of it. */
export function authorisingServer(event: Pick<Event, 'content' | 'version'>): ServerName | undefined {
  const user = event.version.restrictedJoins ? stringAt(event.content, 'join_authorised_via_users_server') : undefined;
  return user !== undefined && isUserId(user) ? serverOf(user) : undefined;
}

/** Whether an event carries any signature of that server; whether it is valid was checked when the event was received. */
export const isSignedBy = (event: Event, server: ServerName): boolean =>
  Object.keys(objectAt(objectAt(event.pdu, 'signatures') ?? {}, server) ?? {}).some((keyId) => keyId.startsWith('ed25519:'));
