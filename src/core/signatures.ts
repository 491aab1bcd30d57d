/** Signing JSON and checking for a signature: https://spec.matrix.org/v1.19/appendices/#signing-json */
import { createPrivateKey, createPublicKey, randomBytes, sign, verify } from 'node:crypto';
import { fromBase64, toBase64 } from './base64.ts';
import { canonicalJson, type JsonRules } from './canonical-json.ts';
import { objectAt, stringAt, type JsonObject } from './json.ts';

export interface SigningKey {
  /** The signing key identifier, `ed25519:<version>`. */
  readonly keyId: string;
  /** The public half that others verify with, as unpadded base64. */
  readonly publicKey: string;
  /** The signature over bytes, as unpadded base64. */
  sign(bytes: Uint8Array): string;
}

const SEED_BYTES = 32;
const SIGNATURE_BYTES = 64;
const KEY_ID = /^ed25519:[A-Za-z0-9_]+$/;
/** What ASN.1 puts before the 32 bytes of an ed25519 key (RFC 8410), private and public. */
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** 32 random bytes to make a signing key of; whoever has them can sign as this server. */
export const generateSeed = (): Buffer => randomBytes(SEED_BYTES);

/**
 * The ed25519 signing key that belongs to a seed of 32 bytes.
 * @throws RangeError when the key id or the seed has the wrong form
 */
export function createSigningKey(keyId: string, seed: Buffer): SigningKey {
  if (!KEY_ID.test(keyId)) throw new RangeError(`"${keyId}" is no signing key id: it must look like ed25519:a_1`);
  if (seed.length !== SEED_BYTES) throw new RangeError(`The seed of a signing key has ${SEED_BYTES} bytes, not ${seed.length}`);
  const privateKey = createPrivateKey({ key: Buffer.concat([PRIVATE_PREFIX, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(PUBLIC_PREFIX.length);
  return { keyId, publicKey: toBase64(publicKey), sign: (bytes) => toBase64(sign(null, bytes, privateKey)) };
}

/** The bytes of an object that a signature covers: all but `signatures` and `unsigned`. */
export function signedBytes(object: JsonObject, rules: JsonRules = 'strict'): Buffer {
  const { signatures: _signatures, unsigned: _unsigned, ...rest } = object;
  return Buffer.from(canonicalJson(rest, rules));
}

/** A copy of an object with one more signature under `signatures`. */
export const addSignature = (object: JsonObject, serverName: string, keyId: string, signature: string): JsonObject => {
  const signatures = objectAt(object, 'signatures') ?? {};
  return { ...object, signatures: { ...signatures, [serverName]: { ...objectAt(signatures, serverName), [keyId]: signature } } };
};

/** Signatures as they stand under `signatures`: by the names of who signed, then by the ids of their keys. */
export type Signatures = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A copy of an object with these signatures besides its own, which stay as they are. */
export function withSignatures(object: JsonObject, signatures: Signatures): JsonObject {
  const own = objectAt(object, 'signatures') ?? {};
  const all = Object.entries(signatures).map(([name, given]) => [name, { ...given, ...objectAt(own, name) }] as const);
  return { ...object, signatures: { ...own, ...Object.fromEntries(all) } };
}

/**
 * A copy of an object, signed in a server's (or user's) name; signatures that it has stay.
 * @throws NotCanonical
 */
export const signJson = (object: JsonObject, serverName: string, key: SigningKey, rules: JsonRules = 'strict'): JsonObject =>
  addSignature(object, serverName, key.keyId, key.sign(signedBytes(object, rules)));

/**
 * Whether an object carries a valid signature of that name and key.
 * @param publicKey base64, padded or not
 */
export function verifyJson(object: JsonObject, serverName: string, keyId: string, publicKey: string, rules: JsonRules = 'strict'): boolean {
  const signature = stringAt(objectAt(objectAt(object, 'signatures') ?? {}, serverName) ?? {}, keyId);
  if (signature === undefined || !keyId.startsWith('ed25519:')) return false;
  const bytes = fromBase64(signature);
  const key = fromBase64(publicKey);
  if (bytes?.length !== SIGNATURE_BYTES || key?.length !== SEED_BYTES) return false;
  const verifyKey = createPublicKey({ key: Buffer.concat([PUBLIC_PREFIX, key]), format: 'der', type: 'spki' });
  return verify(null, signedBytes(object, rules), verifyKey, bytes);
}
