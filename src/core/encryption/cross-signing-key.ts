/** Cross-signing keys: https://spec.matrix.org/v1.19/client-server-api/#cross-signing */
import { canonicalJson } from '../canonical-json.ts';
import type { UserId } from '../identifiers.ts';
import { InvalidInput } from '../invalid-input.ts';
import { objectAt, type JsonObject } from '../json.ts';
import { verifyJson } from '../signatures.ts';

export const USAGES = ['master', 'self_signing', 'user_signing'] as const;
export type Usage = (typeof USAGES)[number];

export interface CrossSigningKey {
  readonly userId: UserId;
  readonly usage: Usage;
  /** Base64, as it stands in the key's id. */
  readonly publicKey: string;
  /** As the user has uploaded it. */
  readonly key: JsonObject;
}

/** @throws InvalidInput when the key is another user's, is for something else, or does not have exactly one ed25519 key named after itself */
export function readCrossSigningKey(key: JsonObject, usage: Usage, userId: UserId): CrossSigningKey {
  if (key['user_id'] !== userId) throw new InvalidInput('M_INVALID_PARAM', `The ${usage} key has to carry your own user id, ${userId}`);
  const usages = key['usage'];
  if (!Array.isArray(usages) || !usages.includes(usage))
    throw new InvalidInput('M_INVALID_PARAM', `"usage" of the ${usage} key has to name ${usage}`);
  const [[id, publicKey] = [], ...others] = Object.entries(objectAt(key, 'keys') ?? {});
  if (typeof publicKey !== 'string' || id !== `ed25519:${publicKey}` || others.length > 0) {
    throw new InvalidInput('M_INVALID_PARAM', `"keys" of the ${usage} key has to hold exactly one key, named ed25519:<the key itself>`);
  }
  return { userId, usage, publicKey, key };
}

/** Whether an object carries a valid signature of a cross-signing key, in the name of its user. */
export const isSignedBy = (signed: JsonObject, { userId, publicKey }: Pick<CrossSigningKey, 'userId' | 'publicKey'>): boolean =>
  verifyJson(signed, userId, `ed25519:${publicKey}`, publicKey);

/** What a key says, signatures aside: a signed copy has to agree with the key that the server holds. */
export function statementOf(key: JsonObject): string {
  const { signatures: _signatures, unsigned: _unsigned, ...statement } = key;
  return canonicalJson(statement);
}
