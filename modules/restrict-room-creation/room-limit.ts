import type { Clock, JsonValue, KeyValueStore } from 'plexus/module';

const PREFIX = 'created/';
const PAGE = 1000;

/** Counts the rooms that each user has created within a stretch of time. The count is kept in the database: a restart forgets nothing. */
export class RoomLimit {
  readonly #store: KeyValueStore;
  readonly #clock: Clock;
  readonly #max: number;
  readonly #period: number;

  /** @param period ms */
  constructor(store: KeyValueStore, clock: Clock, max: number, period: number) {
    this.#store = store;
    this.#clock = clock;
    this.#max = max;
    this.#period = period;
  }

  /** Counts one more. @returns for how long (ms) the user has to wait when that is too many, which is then not counted */
  async take(userId: string): Promise<number | undefined> {
    const now = this.#clock.now();
    let wait: number | undefined;
    await this.#store.update(`${PREFIX}${userId}`, (value) => {
      const times = this.#recent(value);
      if (times.length < this.#max) return [...times, now];
      wait = (times[0] ?? now) + this.#period - now;
      return times;
    });
    return wait;
  }

  /** Forgets the users whose rooms are all too old to count. */
  async forgetOld(): Promise<void> {
    let after: string | undefined;
    do {
      const page = await this.#store.list({ prefix: PREFIX, limit: PAGE, ...(after !== undefined && { after }) });
      for (const { key, value } of page) if (this.#recent(value).length === 0) await this.#store.delete(key);
      after = page.length < PAGE ? undefined : page.at(-1)?.key;
    } while (after !== undefined);
  }

  #recent(value: JsonValue | undefined): number[] {
    const start = this.#clock.now() - this.#period;
    return (Array.isArray(value) ? (value as JsonValue[]) : []).filter((time) => typeof time === 'number').filter((time) => time > start);
  }
}
