import { fromBase64 } from '../core/base64.ts';
import { isServerName } from '../core/identifiers.ts';
import { isObject, type JsonValue } from '../core/json.ts';
import type { Signatures } from '../core/signatures.ts';

const KEY_ID = /^[a-z0-9]{1,32}:[A-Za-z0-9_]{1,128}$/;
/** Characters of one signature: those of ed25519 have 86. */
const MAX_SIGNATURE = 1_024;

/** Whether a value can stand under an event's `signatures`. Whether they are right is for whoever knows the keys to say. */
export const isSignatures = (value: JsonValue): value is Signatures =>
  isObject(value) &&
  Object.entries(value).every(([server, given]) => isServerName(server) && isObject(given) && Object.entries(given).every(isSignature));

const isSignature = ([keyId, signature]: readonly [string, JsonValue]): boolean =>
  KEY_ID.test(keyId) && typeof signature === 'string' && signature.length <= MAX_SIGNATURE && fromBase64(signature) !== undefined;
