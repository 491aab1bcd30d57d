import type { UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { invalidParam, MatrixError } from '../../kernel/errors.ts';
import { wake, type Work } from '../../kernel/work.ts';
import { SignableKeys } from '../../engine/encryption/signable-keys.ts';
import * as crossSigning from '../../store/cross-signing.ts';
import * as deviceKeys from '../../store/device-keys.ts';
import * as deviceLists from '../../store/device-lists.ts';
import * as keySignatures from '../../store/key-signatures.ts';
import type { KeySignature } from '../../store/key-signatures.ts';
import { nextPosition } from '../../store/stream.ts';
import { defineOperation } from '../define.ts';

/** More than anybody signs at once; each signature costs the time of its check. */
const MAX_KEYS = 500;

/** A copy of a key with the signatures to add. */
export interface SignedKey {
  readonly userId: UserId;
  /** A device id, or the public key of a cross-signing key. */
  readonly keyId: string;
  readonly key: JsonObject;
}
export interface SignatureFailure {
  readonly userId: UserId;
  readonly keyId: string;
  readonly error: MatrixError;
}

/**
 * Adds signatures to the user's own devices and master key, and to the master keys of others:
 * https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keyssignaturesupload
 * @returns those that were not accepted
 */
export const uploadKeySignatures = defineOperation({
  name: 'upload-key-signatures',
  async prepare(context, who, signed: readonly SignedKey[]) {
    if (signed.length > MAX_KEYS) throw invalidParam(`At most ${MAX_KEYS} keys can be signed at once`);
    const users = [...new Set([who.userId, ...signed.map(({ userId }) => userId)])];
    const signable = await context.read(function* () {
      return new SignableKeys(who.userId, yield* deviceKeys.listFor([who.userId]), yield* crossSigning.listFor(users));
    });
    const signatures: KeySignature[] = [];
    const failures: SignatureFailure[] = [];
    for (const { userId, keyId, key } of signed) {
      try {
        signatures.push(...signable.signaturesIn(userId, keyId, key));
      } catch (error) {
        if (!(error instanceof MatrixError)) throw error;
        failures.push({ userId, keyId, error });
      }
    }
    return { userId: who.userId, signatures, failures };
  },
  *commit({ userId, signatures, failures }): Work<readonly SignatureFailure[]> {
    const signed = new Set<UserId>();
    const pos = signatures.length === 0 ? 0 : yield* nextPosition();
    for (const signature of signatures) if (yield* keySignatures.put(signature, pos)) signed.add(signature.userId);
    if (signed.has(userId)) yield* deviceLists.announce(userId);
    else if (signed.size > 0) yield* wake(`user:${userId}`);
    return failures;
  },
});
