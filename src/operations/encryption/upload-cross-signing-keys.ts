import { canonicalJson } from '../../core/canonical-json.ts';
import { isSignedBy, readCrossSigningKey, statementOf, USAGES, type CrossSigningKey, type Usage } from '../../core/encryption/cross-signing-key.ts';
import type { UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { redeem, type Proof } from '../../engine/uia/proof.ts';
import { forbidden, MatrixError, missingParam } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as crossSigning from '../../store/cross-signing.ts';
import * as deviceKeys from '../../store/device-keys.ts';
import * as deviceLists from '../../store/device-lists.ts';
import * as keySignatures from '../../store/key-signatures.ts';
import { defineOperation } from '../define.ts';

interface KeysUpload {
  readonly keys: Readonly<Record<Usage, JsonObject | undefined>>;
  readonly auth: JsonObject | undefined;
  readonly request: JsonObject;
}
interface Draft {
  readonly userId: UserId;
  readonly uploaded: readonly CrossSigningKey[];
  /** Undefined where none was needed. */
  readonly proof: Proof | undefined;
}

/**
 * Publishes the user's cross-signing keys. Whoever replaces keys has to authenticate; the first ones can be uploaded freely, and the same ones again:
 * https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keysdevice_signingupload
 * @throws M_MISSING_PARAM without a master key, M_INVALID_SIGNATURE for a key that the master key has not signed
 */
export const uploadCrossSigningKeys = defineOperation({
  name: 'upload-cross-signing-keys',
  async prepare(context, who, { keys, auth, request }: KeysUpload, ask): Promise<Draft> {
    const { userId } = who;
    const held = await context.read(() => crossSigning.listFor([userId]));
    const uploaded = readKeys(keys, userId);
    const news = newKeys(uploaded, held);
    if (news.length === 0 || !held.some(isMaster)) return { userId, uploaded, proof: undefined };
    return { userId, uploaded, proof: await context.uia.authorise({ operation: 'upload-cross-signing-keys', userId, auth, request, ask }) };
  },
  *commit({ userId, uploaded, proof }): Work<void> {
    const held = yield* crossSigning.listFor([userId]);
    const news = newKeys(uploaded, held);
    if (proof !== undefined) yield* redeem(proof);
    // The same request may have been sent twice at the same time.
    if (news.length === 0) return;
    if (proof === undefined && held.some(isMaster)) throw forbidden('Cross-signing keys were uploaded from elsewhere in the meantime');
    const names = news.map(({ publicKey }) => publicKey);
    if (yield* deviceKeys.anyDeviceNamed(userId, names)) throw forbidden('One of your devices has the public key for its id');
    for (const old of held.filter((key) => isReplaced(key, news))) {
      yield* keySignatures.removeOf(userId, old.publicKey);
      yield* crossSigning.remove(userId, old.usage);
    }
    for (const { key, ...identity } of news) yield* crossSigning.put(identity, canonicalJson(key));
    yield* deviceLists.announce(userId);
  },
});

const isMaster = ({ usage }: CrossSigningKey): boolean => usage === 'master';

const readKeys = (keys: KeysUpload['keys'], userId: UserId): readonly CrossSigningKey[] =>
  USAGES.flatMap((usage) => {
    const key = keys[usage];
    return key === undefined ? [] : [readCrossSigningKey(key, usage, userId)];
  });

/** Those of the uploaded keys that differ from the ones held. Under a new master key all are new, as it has to sign them. */
function newKeys(uploaded: readonly CrossSigningKey[], held: readonly CrossSigningKey[]): readonly CrossSigningKey[] {
  const master = uploaded.find(isMaster) ?? held.find(isMaster);
  if (master === undefined) throw missingParam('There is no master signing key: upload "master_key" together with the others');
  for (const { usage, key } of uploaded) {
    if (usage === 'master' || isSignedBy(key, master)) continue;
    throw new MatrixError(400, 'M_INVALID_SIGNATURE', `The ${usage} key carries no valid signature of the master key`);
  }
  const sameMaster = held.some((key) => isMaster(key) && key.publicKey === master.publicKey);
  const isHeld = ({ usage, key }: CrossSigningKey): boolean =>
    sameMaster && held.some((before) => before.usage === usage && statementOf(before.key) === statementOf(key));
  return uploaded.filter((key) => !isHeld(key));
}

/** A new master key takes the place of all keys, for they were signed by the old one. */
const isReplaced = (old: CrossSigningKey, news: readonly CrossSigningKey[]): boolean =>
  news.some((key) => key.publicKey !== old.publicKey && (key.usage === old.usage || isMaster(key)));
