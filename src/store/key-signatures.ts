import type { UserId } from '../core/identifiers.ts';
import { execute, inList, row, rows, type Work } from '../kernel/work.ts';

/** A signature that was uploaded after the key that it signs. */
export interface KeySignature {
  readonly userId: UserId;
  /** A device id, or the public key of a cross-signing key. */
  readonly keyId: string;
  readonly signerId: UserId;
  /** With its algorithm, `ed25519:...`. */
  readonly signerKeyId: string;
  readonly signature: string;
}

/** @returns whether it was not known */
export function* put(signature: KeySignature, pos: number): Work<boolean> {
  const changed = yield* row(
    `insert into key_signatures (user_id, key_id, signer_id, signer_key_id, signature, pos) values (?, ?, ?, ?, ?, ?)
     on conflict (user_id, key_id, signer_id, signer_key_id) do update set signature = excluded.signature, pos = excluded.pos
     where key_signatures.signature <> excluded.signature returning key_id`,
    signature.userId,
    signature.keyId,
    signature.signerId,
    signature.signerKeyId,
    signature.signature,
    pos,
  );
  return changed !== undefined;
}

/**
 * The signatures on keys of these users that a viewer may see: those of the keys' owners, and the viewer's own
 * (https://spec.matrix.org/v1.19/client-server-api/#key-and-signature-security).
 */
export function* visibleTo(viewer: UserId, userIds: readonly UserId[]): Work<readonly KeySignature[]> {
  const list = inList(userIds);
  return yield* rows<KeySignature>(
    `select user_id as "userId", key_id as "keyId", signer_id as "signerId", signer_key_id as "signerKeyId", signature
     from key_signatures where user_id in ${list.marks} and (signer_id = user_id or signer_id = ?)`,
    ...list.args,
    viewer,
  );
}

/** Takes away what was said about a key, and what was signed with it. */
export function* removeOf(userId: UserId, keyId: string): Work<void> {
  yield* execute('delete from key_signatures where user_id = ? and key_id = ?', userId, keyId);
  yield* execute('delete from key_signatures where signer_id = ? and signer_key_id = ?', userId, `ed25519:${keyId}`);
}

/** Takes away what was said about all keys of a user, and by them. */
export function* removeAll(userId: UserId): Work<void> {
  yield* execute('delete from key_signatures where user_id = ?', userId);
  yield* execute('delete from key_signatures where signer_id = ?', userId);
}
