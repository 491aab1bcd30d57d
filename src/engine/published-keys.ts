import type { ServerName } from '../core/identifiers.ts';
import type { JsonObject } from '../core/json.ts';
import { signJson, type SigningKey } from '../core/signatures.ts';

/** For how long others may rely on what was published (ms). */
const VALID = 24 * 3_600_000;

/** What others need to know to check the signatures of this server: https://spec.matrix.org/v1.19/server-server-api/#publishing-keys */
export class PublishedKeys {
  readonly #serverName: ServerName;
  readonly #key: SigningKey;

  constructor(serverName: ServerName, key: SigningKey) {
    this.#serverName = serverName;
    this.#key = key;
  }

  /** @param now milliseconds since the epoch */
  at(now: number): JsonObject {
    const { keyId, publicKey } = this.#key;
    const keys = { server_name: this.#serverName, verify_keys: { [keyId]: { key: publicKey } }, old_verify_keys: {}, valid_until_ts: now + VALID };
    return signJson(keys, this.#serverName, this.#key);
  }
}
