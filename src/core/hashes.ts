/** Content and reference hashes, event ids: https://spec.matrix.org/v1.19/server-server-api/#signing-events */
import { createHash } from 'node:crypto';
import { fromBase64, toBase64, toUrlSafeBase64 } from './base64.ts';
import { canonicalJson } from './canonical-json.ts';
import { isEventId, type EventId } from './identifiers.ts';
import { InvalidEvent } from './invalid-event.ts';
import { objectAt, stringAt, type JsonObject } from './json.ts';
import { redact } from './redaction.ts';
import type { RoomVersion } from './room-versions.ts';
import { signedBytes } from './signatures.ts';

export const sha256 = (data: string | Uint8Array): Buffer => createHash('sha256').update(data).digest();

/** The hash over a whole event, contents included, that stands in its `hashes.sha256`, as unpadded base64. */
export function contentHash(pdu: JsonObject, version: RoomVersion): string {
  const { unsigned: _unsigned, signatures: _signatures, hashes: _hashes, ...rest } = pdu;
  return toBase64(sha256(canonicalJson(rest, version.json)));
}

/** Whether an event's `hashes.sha256` is right; when not, only its redacted form may be used. */
export function hasValidContentHash(pdu: JsonObject, version: RoomVersion): boolean {
  const claimed = fromBase64(stringAt(objectAt(pdu, 'hashes') ?? {}, 'sha256') ?? '');
  return claimed !== undefined && toBase64(claimed) === contentHash(pdu, version);
}

/** The bytes that an event's signatures and its reference hash cover: what a redaction leaves of it, without the signatures. */
export const essentialBytes = (pdu: JsonObject, version: RoomVersion): Buffer => signedBytes(redact(pdu, version), version.json);

/** The hash that stands for an event in the graph: SHA-256 over its essential fields. */
export const referenceHash = (pdu: JsonObject, version: RoomVersion): Buffer => sha256(essentialBytes(pdu, version));

/** The event id that a reference hash makes, in room versions where it does. */
export const eventIdFromHash = (hash: Buffer, version: RoomVersion): EventId =>
  `$${version.eventIds === 'base64' ? toBase64(hash) : toUrlSafeBase64(hash)}` as EventId;

/**
 * The id of an event: its field `event_id` or its reference hash, whichever its room version says.
 * @throws InvalidEvent when the version keeps it in the event and it is not there
 */
export function eventIdOf(pdu: JsonObject, version: RoomVersion): EventId {
  if (version.eventIds !== 'field') return eventIdFromHash(referenceHash(pdu, version), version);
  const id = stringAt(pdu, 'event_id');
  if (id === undefined || !isEventId(id)) throw new InvalidEvent('The event has no valid event_id');
  return id;
}
