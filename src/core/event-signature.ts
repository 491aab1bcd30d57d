import type { JsonObject } from './json.ts';
import { redact } from './redaction.ts';
import { roomVersion } from './room-versions.ts';
import { verifyJson } from './signatures.ts';

/** Who is to have signed, and the key by which that can be checked. */
export interface Signatory {
  readonly serverName: string;
  /** E.g. `ed25519:policy_server`; there are no keys of other algorithms. */
  readonly keyId: string;
  /** The public key, as base64. */
  readonly publicKey: string;
}

/**
 * Whether an event carries a valid signature of somebody: https://spec.matrix.org/v1.19/server-server-api/#validating-hashes-and-signatures-on-received-events
 * @param event in wire form
 * @param roomVersionId of its room, e.g. `12`
 * @returns false for a version that is not known, too
 */
export function isEventSignedBy(event: JsonObject, roomVersionId: string, { serverName, keyId, publicKey }: Signatory): boolean {
  const version = roomVersion(roomVersionId);
  return version !== undefined && verifyJson(redact(event, version), serverName, keyId, publicKey, version.json);
}
