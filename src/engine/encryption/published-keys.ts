import { canonicalJson } from '../../core/canonical-json.ts';
import { statementOf } from '../../core/encryption/cross-signing-key.ts';
import { checkDeviceKeys } from '../../core/encryption/device-keys.ts';
import { splitKeyName } from '../../core/encryption/key-name.ts';
import type { DeviceId, UserId } from '../../core/identifiers.ts';
import { isObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { invalidParam, MatrixError } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as deviceKeys from '../../store/device-keys.ts';
import * as deviceLists from '../../store/device-lists.ts';
import * as fallbackKeys from '../../store/fallback-keys.ts';
import * as keySignatures from '../../store/key-signatures.ts';
import * as oneTimeKeys from '../../store/one-time-keys.ts';
import type { OneTimeKey } from '../../store/one-time-keys.ts';
import { nextPosition } from '../../store/stream.ts';

/** Clients keep about a hundred one-time keys; more than this no device can need. */
const MAX_ONE_TIME_KEYS = 1_000;
/** Bytes. */
const MAX_KEY_SIZE = 4_096;
const MAX_DEVICE_KEYS_SIZE = 65_536;
/** How long a key that was given out is remembered (ms): as long as a client may repeat an upload whose answer it did not get. */
const CLAIMED_KEYS_KEPT = 7 * 86_400_000;

/** What a client publishes for a device: https://spec.matrix.org/v1.19/client-server-api/#uploading-keys */
export interface KeysUpload {
  readonly deviceKeys: JsonObject | undefined;
  readonly oneTimeKeys: JsonObject;
  readonly fallbackKeys: JsonObject;
}

/** The same, checked. */
export interface PublishedKeys {
  readonly deviceKeys: JsonObject | undefined;
  readonly oneTimeKeys: readonly OneTimeKey[];
  readonly fallbackKeys: readonly OneTimeKey[];
}

/** @throws M_INVALID_PARAM, M_TOO_LARGE */
export const checkedKeys = (upload: KeysUpload, userId: UserId, deviceId: DeviceId): PublishedKeys => ({
  deviceKeys: upload.deviceKeys === undefined ? undefined : readDeviceKeys(upload.deviceKeys, userId, deviceId),
  oneTimeKeys: readKeys(upload.oneTimeKeys),
  fallbackKeys: oneOfEach(readKeys(upload.fallbackKeys)),
});

/**
 * Publishes the keys of a device.
 * @param now milliseconds since the epoch
 * @returns how many one-time keys of each algorithm are left
 */
export function* publishKeys(userId: UserId, deviceId: DeviceId, keys: PublishedKeys, now: number): Work<Readonly<Record<string, number>>> {
  if (keys.deviceKeys !== undefined) yield* storeDeviceKeys(userId, deviceId, keys.deviceKeys);
  for (const key of keys.fallbackKeys) yield* fallbackKeys.put(userId, deviceId, key);
  if (keys.oneTimeKeys.length > 0) {
    yield* oneTimeKeys.forgetClaimed(userId, deviceId, now - CLAIMED_KEYS_KEPT);
    yield* storeOneTimeKeys(userId, deviceId, keys.oneTimeKeys);
  }
  const counts = yield* oneTimeKeys.counts(userId, deviceId);
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (total > MAX_ONE_TIME_KEYS) throw tooLarge(`A device may have ${MAX_ONE_TIME_KEYS} one-time keys, not ${total}`);
  return counts;
}

function readDeviceKeys(keys: JsonObject, userId: UserId, deviceId: DeviceId): JsonObject {
  checkDeviceKeys(keys, userId, deviceId);
  const { unsigned: _unsigned, ...own } = keys;
  limitSize(own, MAX_DEVICE_KEYS_SIZE);
  return own;
}

function readKeys(keys: JsonObject): readonly OneTimeKey[] {
  const named = Object.entries(keys);
  if (named.length > MAX_ONE_TIME_KEYS) throw tooLarge(`At most ${MAX_ONE_TIME_KEYS} keys can be uploaded at once`);
  return named.map(([name, key]) => {
    const [algorithm, id] = splitKeyName(name);
    limitSize(key, MAX_KEY_SIZE);
    return { algorithm, id, key };
  });
}

function oneOfEach(keys: readonly OneTimeKey[]): readonly OneTimeKey[] {
  if (new Set(keys.map(({ algorithm }) => algorithm)).size < keys.length)
    throw invalidParam('Only one fallback key of each algorithm can be uploaded');
  return keys;
}

function limitSize(key: JsonValue, limit: number): void {
  if (Buffer.byteLength(canonicalJson(key)) > limit) throw tooLarge(`A key is larger than the ${limit} bytes that are allowed`);
}

const tooLarge = (text: string): MatrixError => new MatrixError(413, 'M_TOO_LARGE', text);

/** Other identity keys say that the device has begun anew: what the old ones signed, or was said of them, is of no use any more. */
function* storeDeviceKeys(userId: UserId, deviceId: DeviceId, keys: JsonObject): Work<void> {
  const before = yield* deviceKeys.find(userId, deviceId);
  if (before !== undefined && identityOf(before) !== identityOf(keys)) {
    yield* oneTimeKeys.removeAll(userId, deviceId);
    yield* fallbackKeys.removeAll(userId, deviceId);
    yield* keySignatures.removeOf(userId, deviceId);
  }
  if (yield* deviceKeys.put(userId, deviceId, canonicalJson(keys))) yield* deviceLists.announce(userId);
}

/** A key that was uploaded before is not added again, even when it was given out already; its name cannot stand for another key. */
function* storeOneTimeKeys(userId: UserId, deviceId: DeviceId, keys: readonly OneTimeKey[]): Work<void> {
  const ids = keys.map(({ id }) => id);
  const known = new Map((yield* oneTimeKeys.listNamed(userId, deviceId, ids)).map((held) => [nameOf(held), held.key]));
  const pos = yield* nextPosition();
  for (const key of keys) {
    const before = known.get(nameOf(key));
    if (before === undefined) yield* oneTimeKeys.add(userId, deviceId, key, pos);
    else if (contentOf(before) !== contentOf(key.key)) throw invalidParam(`There is another one-time key ${nameOf(key)} already`);
  }
}

const identityOf = (keys: JsonObject): string => canonicalJson(keys['keys'] ?? null);
const nameOf = ({ algorithm, id }: OneTimeKey): string => `${algorithm}:${id}`;
/** The same key may be signed anew. */
const contentOf = (key: JsonValue): string => (isObject(key) ? statementOf(key) : canonicalJson(key));
