import { statementOf, type CrossSigningKey, type Usage } from '../../core/encryption/cross-signing-key.ts';
import { signingKeyOf } from '../../core/encryption/device-keys.ts';
import type { UserId } from '../../core/identifiers.ts';
import { objectAt, type JsonObject } from '../../core/json.ts';
import { verifyJson } from '../../core/signatures.ts';
import { invalidParam, MatrixError, notFound } from '../../kernel/errors.ts';
import type { DeviceKeys } from '../../store/device-keys.ts';
import type { KeySignature } from '../../store/key-signatures.ts';

interface Signable {
  readonly key: JsonObject;
  /** The keys that may sign it, by their ids (`ed25519:...`). */
  readonly signers: ReadonlyMap<string, string>;
}

/** What a user may sign, and with which keys: https://spec.matrix.org/v1.19/client-server-api/#cross-signing */
export class SignableKeys {
  readonly #signer: UserId;
  readonly #devices: readonly DeviceKeys[];
  readonly #crossSigning: readonly CrossSigningKey[];

  /**
   * @param devices the signer's own
   * @param crossSigning keys of the signer and of those whose keys are signed
   */
  constructor(signer: UserId, devices: readonly DeviceKeys[], crossSigning: readonly CrossSigningKey[]) {
    this.#signer = signer;
    this.#devices = devices;
    this.#crossSigning = crossSigning;
  }

  /**
   * The signatures of the signer in a copy of a key.
   * @throws M_NOT_FOUND for a key that is not known or cannot be signed, M_INVALID_PARAM when the copy is not like the key, M_INVALID_SIGNATURE
   */
  signaturesIn(userId: UserId, keyId: string, copy: JsonObject): readonly KeySignature[] {
    const found = this.#find(userId, keyId);
    if (found === undefined) throw notFound('There is no such device or master key, or it cannot be signed by you');
    if (statementOf(copy) !== statementOf(found.key)) throw invalidParam('What is signed differs from the key that the server holds');
    const signatures = Object.entries(objectAt(objectAt(copy, 'signatures') ?? {}, this.#signer) ?? {});
    const made = signatures.flatMap(([signerKeyId, signature]) => {
      const publicKey = found.signers.get(signerKeyId);
      if (publicKey === undefined || typeof signature !== 'string') return [];
      if (!verifyJson(copy, this.#signer, signerKeyId, publicKey)) throw invalidSignature(`The signature by ${signerKeyId} is not valid`);
      return [{ userId, keyId, signerId: this.#signer, signerKeyId, signature }];
    });
    if (made.length === 0) throw invalidSignature('There is no signature by a key of yours that may sign this one');
    return made;
  }

  /** Own devices are signed by the self-signing key, the own master key by devices, those of others by the user-signing key. */
  #find(userId: UserId, keyId: string): Signable | undefined {
    const master = this.#crossSigning.find((key) => key.userId === userId && key.usage === 'master' && key.publicKey === keyId);
    if (userId !== this.#signer) return master === undefined ? undefined : { key: master.key, signers: this.#own('user_signing') };
    if (master !== undefined) return { key: master.key, signers: this.#ownDevices() };
    const device = this.#devices.find(({ deviceId }) => deviceId === keyId);
    return device === undefined ? undefined : { key: device.keys, signers: this.#own('self_signing') };
  }

  #own(usage: Usage): ReadonlyMap<string, string> {
    const keys = this.#crossSigning.filter((key) => key.userId === this.#signer && key.usage === usage);
    return new Map(keys.map(({ publicKey }) => [`ed25519:${publicKey}`, publicKey]));
  }

  #ownDevices(): ReadonlyMap<string, string> {
    const keys = this.#devices.map(({ deviceId, keys }) => [`ed25519:${deviceId}`, signingKeyOf(keys, deviceId)] as const);
    return new Map(keys.flatMap(([id, key]) => (key === undefined ? [] : [[id, key]])));
  }
}

const invalidSignature = (text: string): MatrixError => new MatrixError(400, 'M_INVALID_SIGNATURE', text);
