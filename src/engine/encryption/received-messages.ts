import type { DeviceId, UserId } from '../../core/identifiers.ts';

/** Up to where a device has received its to-device messages. */
export interface Receipt {
  readonly userId: UserId;
  readonly deviceId: DeviceId;
  readonly upTo: number;
}

/**
 * Collects what devices say that they have received. A /sync only reads, so what is to be deleted is noted here and deleted
 * directly after it. What a restart makes the server forget, the next /sync of the device tells again.
 */
export class ReceivedMessages {
  readonly #remove: (receipts: readonly Receipt[]) => Promise<void>;
  readonly #noted = new Map<string, Receipt>();
  #removing: Promise<void> | undefined;

  /** @param remove deletes messages; what it throws is its own affair */
  constructor(remove: (receipts: readonly Receipt[]) => Promise<void>) {
    this.#remove = remove;
  }

  note(userId: UserId, deviceId: DeviceId, upTo: number): void {
    const key = `${userId} ${deviceId}`;
    if (upTo <= (this.#noted.get(key)?.upTo ?? -1)) return;
    this.#noted.set(key, { userId, deviceId, upTo });
    this.#removing ??= this.#removeAll();
  }

  /** Resolves when everything noted so far is deleted. */
  async flush(): Promise<void> {
    await this.#removing;
  }

  async #removeAll(): Promise<void> {
    // Whoever notes is in the middle of reading: the database is theirs until then.
    await Promise.resolve();
    while (this.#noted.size > 0) {
      const receipts = [...this.#noted.values()];
      this.#noted.clear();
      await this.#remove(receipts);
    }
    this.#removing = undefined;
  }
}
