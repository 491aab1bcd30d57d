import { createClient, EventStatus, Method, SyncState, type MatrixClient, type MatrixEvent } from 'matrix-js-sdk';
import type { CryptoApi } from 'matrix-js-sdk/lib/crypto-api/index.js';
import type { Logger } from 'matrix-js-sdk/lib/logger.js';
import type { TestUser } from '../../src/testing/index.ts';

/** How long the clients may take for what they do by themselves (ms). */
const PATIENCE = 15_000;
const POLL = 20;

const nothing = (): void => undefined;
const SILENT: Logger = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing, getChild: () => SILENT };

/** The keys of a user's secret storage, by id: what a person would keep as a recovery key. */
export type RecoveryKeys = Map<string, Uint8Array<ArrayBuffer>>;

/** A matrix-js-sdk client with its Rust crypto, on the device of a user. Its own keys are kept in memory. */
export class CryptoClient {
  readonly client: MatrixClient;
  readonly crypto: CryptoApi;

  private constructor(client: MatrixClient, crypto: CryptoApi) {
    this.client = client;
    this.crypto = crypto;
  }

  /** Resolves after the first sync. */
  static async start(url: string, { userId, deviceId, accessToken }: TestUser, recovery: RecoveryKeys = new Map()): Promise<CryptoClient> {
    const client = createClient({
      baseUrl: url,
      userId,
      deviceId,
      accessToken,
      logger: SILENT,
      cryptoCallbacks: {
        getSecretStorageKey: ({ keys }) => Promise.resolve([...recovery].find(([id]) => id in keys) ?? null),
        cacheSecretStorageKey: (id, _info, key) => void recovery.set(id, key as Uint8Array<ArrayBuffer>),
      },
    });
    await client.initRustCrypto({ useIndexedDB: false });
    const crypto = client.getCrypto();
    if (crypto === undefined) throw new Error('The client has no crypto');
    const started = new CryptoClient(client, crypto);
    await client.startClient({ initialSyncLimit: 50 });
    await started.until('its first sync', () => client.getSyncState() === SyncState.Prepared || client.getSyncState() === SyncState.Syncing);
    return started;
  }

  get userId(): string {
    return this.client.getSafeUserId();
  }

  /** The devices of a user that this client knows. */
  async devicesOf(userId: string): Promise<readonly string[]> {
    return [...((await this.crypto.getUserDeviceInfo([userId])).get(userId)?.keys() ?? [])];
  }

  /** How many keys the server has in the newest backup; the client remembers only how many there were. */
  async backedUp(): Promise<number> {
    return (await this.client.http.authedRequest<{ count: number }>(Method.Get, '/room_keys/version')).count;
  }

  stop(): void {
    this.client.stopClient();
  }

  /** Sends a text, encrypted where the room is. */
  async say(roomId: string, body: string): Promise<void> {
    await this.client.sendTextMessage(roomId, body);
  }

  /** Waits for a message to arrive, and to be decrypted. */
  hears(roomId: string, body: string): Promise<MatrixEvent> {
    return this.until(`"${body}"`, () =>
      this.#events(roomId).find((event) => event.getContent()['body'] === body && event.status !== EventStatus.SENDING),
    );
  }

  /** The events of a room that this device cannot decrypt. */
  undecryptable(roomId: string): MatrixEvent[] {
    return this.#events(roomId).filter((event) => event.isDecryptionFailure());
  }

  /** Waits until something is found, or true. */
  async until<T>(what: string, find: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
    const end = Date.now() + PATIENCE;
    for (;;) {
      const found = await find();
      if (found !== undefined && found !== false) return found;
      if (Date.now() > end) throw new Error(`${this.userId} on ${this.client.getDeviceId()} waited in vain for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, POLL));
    }
  }

  #events(roomId: string): MatrixEvent[] {
    return this.client.getRoom(roomId)?.getLiveTimeline().getEvents() ?? [];
  }
}
