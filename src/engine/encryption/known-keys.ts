import type { CrossSigningKey } from '../../core/encryption/cross-signing-key.ts';
import { groupBy } from '../../core/group-by.ts';
import type { DeviceId, UserId } from '../../core/identifiers.ts';
import { objectAt, type JsonObject } from '../../core/json.ts';
import type { Work } from '../../kernel/work.ts';
import * as crossSigning from '../../store/cross-signing.ts';
import * as deviceKeys from '../../store/device-keys.ts';
import * as keySignatures from '../../store/key-signatures.ts';
import type { KeySignature } from '../../store/key-signatures.ts';

/** What is told of a user's keys. */
export interface KnownKeys {
  readonly devices: ReadonlyMap<DeviceId, JsonObject>;
  readonly master: JsonObject | undefined;
  readonly selfSigning: JsonObject | undefined;
  /** Only to its owner. */
  readonly userSigning: JsonObject | undefined;
}

/**
 * The keys of users as a viewer may see them: with the signatures of their owners and of the viewer, and nobody else's
 * (https://spec.matrix.org/v1.19/client-server-api/#key-and-signature-security).
 * @param userIds a hundred at most
 */
export function* keysAsSeenBy(viewer: UserId, userIds: readonly UserId[]): Work<ReadonlyMap<UserId, KnownKeys>> {
  const devices = groupBy(yield* deviceKeys.listFor(userIds), ({ userId }) => userId);
  const ownKeys = groupBy(yield* crossSigning.listFor(userIds), ({ userId }) => userId);
  const signatures = groupBy(yield* keySignatures.visibleTo(viewer, userIds), ({ userId, keyId }) => `${userId} ${keyId}`);
  const shown = (userId: UserId, keyId: string, key: JsonObject): JsonObject =>
    withSignatures(key, [userId, viewer], signatures.get(`${userId} ${keyId}`) ?? []);
  const known = userIds.map((userId): readonly [UserId, KnownKeys] => {
    const one = (usage: CrossSigningKey['usage']): JsonObject | undefined => {
      const found = ownKeys.get(userId)?.find((key) => key.usage === usage);
      return found === undefined ? undefined : shown(userId, found.publicKey, found.key);
    };
    const own = (devices.get(userId) ?? []).map(({ deviceId, keys, displayName }): readonly [DeviceId, JsonObject] => {
      const unsigned = displayName === undefined ? {} : { device_display_name: displayName };
      return [deviceId, { ...shown(userId, deviceId, keys), unsigned }];
    });
    return [
      userId,
      {
        devices: new Map(own),
        master: one('master'),
        selfSigning: one('self_signing'),
        userSigning: userId === viewer ? one('user_signing') : undefined,
      },
    ];
  });
  return new Map(known);
}

/** A copy of a key with those of its signatures that these signers made, and with more. */
function withSignatures(key: JsonObject, signers: readonly UserId[], more: readonly KeySignature[]): JsonObject {
  const given = objectAt(key, 'signatures') ?? {};
  const signatures = [...new Set(signers)].flatMap((signer) => {
    const added = more.filter(({ signerId }) => signerId === signer).map(({ signerKeyId, signature }) => [signerKeyId, signature] as const);
    const all = { ...objectAt(given, signer), ...Object.fromEntries(added) };
    return Object.keys(all).length === 0 ? [] : [[signer, all] as const];
  });
  return { ...key, signatures: Object.fromEntries(signatures) };
}
