import { createSigningKey, generateSeed, signJson, type SigningKey } from '../../src/core/signatures.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { DeviceId, UserId } from '../../src/core/identifiers.ts';
import { TestUser, type TestServer } from '../../src/testing/index.ts';

/** A device with a signing key of its own, and what it uploads. */
export class SigningDevice {
  readonly user: TestUser;
  readonly deviceId: string;
  readonly #key: SigningKey;

  /** @param deviceId where it is not the one that the user is logged in with */
  constructor(user: TestUser, deviceId: string = user.deviceId) {
    this.user = user;
    this.deviceId = deviceId;
    this.#key = createSigningKey('ed25519:unused', generateSeed());
  }

  get keyId(): string {
    return `ed25519:${this.deviceId}`;
  }

  get deviceKeys(): JsonObject {
    return this.sign({
      user_id: this.user.userId,
      device_id: this.deviceId,
      algorithms: ['m.olm.v1.curve25519-aes-sha2', 'm.megolm.v1.aes-sha2'],
      keys: { [`curve25519:${this.deviceId}`]: `curve of ${this.deviceId}`, [this.keyId]: this.#key.publicKey },
    });
  }

  /** @param names e.g. `AAA`, of signed_curve25519 keys */
  oneTimeKeys(...names: string[]): JsonObject {
    return Object.fromEntries(names.map((name) => [`signed_curve25519:${name}`, this.sign({ key: `key ${name}` })]));
  }

  sign(object: JsonObject): JsonObject {
    return signJson(object, this.user.userId, { ...this.#key, keyId: this.keyId });
  }

  async upload(body: JsonObject = { device_keys: this.deviceKeys }): Promise<Record<string, number>> {
    const reply = await this.user.request('POST', '/_matrix/client/v3/keys/upload', body);
    return reply['one_time_key_counts'] as Record<string, number>;
  }
}

/** A cross-signing key in the hands of its user. */
export class CrossSigner {
  readonly usage: string;
  readonly #user: TestUser;
  readonly #key: SigningKey;

  constructor(user: TestUser, usage: 'master' | 'self_signing' | 'user_signing') {
    this.#user = user;
    this.usage = usage;
    this.#key = createSigningKey('ed25519:unused', generateSeed());
  }

  get publicKey(): string {
    return this.#key.publicKey;
  }

  get keyId(): string {
    return `ed25519:${this.publicKey}`;
  }

  get unsigned(): JsonObject {
    return { user_id: this.#user.userId, usage: [this.usage], keys: { [this.keyId]: this.publicKey } };
  }

  sign(object: JsonObject): JsonObject {
    return signJson(object, this.#user.userId, { ...this.#key, keyId: this.keyId });
  }
}

export const PASSWORD = 'a pass phrase';

interface Login {
  readonly user_id: UserId;
  readonly device_id: DeviceId;
  readonly access_token: string;
}
const userOf = (server: TestServer, login: Login): TestUser =>
  new TestUser({ url: server.url, userId: login.user_id, deviceId: login.device_id, accessToken: login.access_token });

/** An account with a password, for logging in with more devices. */
export async function registerWithPassword(server: TestServer, username: string, deviceId: string): Promise<TestUser> {
  const body = { username, password: PASSWORD, device_id: deviceId, auth: { type: 'm.login.dummy' } };
  return userOf(server, (await server.request('POST', '/_matrix/client/v3/register', body)) as Login);
}

/** Logs in with a device, by its id or a new one. */
export async function logIn(server: TestServer, username: string, deviceId: string, displayName?: string): Promise<TestUser> {
  const identifier = { type: 'm.id.user', user: username };
  const body = { type: 'm.login.password', identifier, password: PASSWORD, device_id: deviceId, initial_device_display_name: displayName };
  return userOf(server, (await server.request('POST', '/_matrix/client/v3/login', body)) as Login);
}
