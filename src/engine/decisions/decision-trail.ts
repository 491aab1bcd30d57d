import { AsyncResource } from 'node:async_hooks';
import type { ServerName } from '../../core/identifiers.ts';
import type { Clock, Timer } from '../../kernel/clock.ts';
import type { Concluded, Decision, DecisionLog, Traces } from '../../kernel/decisions.ts';
import type { Log } from '../../kernel/log.ts';
import type { ActiveTraces } from './active-traces.ts';
import { withUser } from './concerned-user.ts';

/** Something that is to be stored. */
export type TrailEntry = { readonly decision: Decision } | { readonly concluded: Concluded };

/** How long entries are collected before they are stored together, and for how long they wait when that fails (ms). */
const COLLECTING = 200;
const RETRY = 10_000;
/** Entries of one transaction: enough to share its cost, too few to be felt. */
const AT_ONCE = 100;
/** Entries that wait at most. */
const MOST = 10_000;

export interface TrailServices {
  readonly clock: Clock;
  readonly log: Log;
  readonly serverName: ServerName;
  readonly traces: ActiveTraces;
  /** Stores entries. */
  save(entries: readonly TrailEntry[]): Promise<void>;
}

/**
 * Collects what modules decided and stores it in batches, so that no request waits for it. What cannot be stored (the disk is full) is tried
 * again; of what is too much the newest entries are lost, and the log says how many.
 */
export class DecisionTrail implements DecisionLog {
  readonly #services: TrailServices;
  /** Storing belongs to no request, whoever gives occasion for it. */
  readonly #begin: () => Promise<void>;
  #waiting: TrailEntry[] = [];
  #storing: Promise<void> = Promise.resolve();
  #timer: Timer | undefined;
  #lost = 0;

  constructor(services: TrailServices) {
    this.#services = services;
    this.#begin = AsyncResource.bind(() => (this.#storing = this.#storing.then(() => this.#storeAll())));
  }

  get traces(): Traces | undefined {
    return this.#services.traces.current;
  }

  record(decision: Decision): void {
    this.#add({ decision: { ...decision, subject: withUser(decision.subject, this.#services.serverName) } });
  }

  conclude(concluded: Concluded): void {
    this.#add({ concluded });
  }

  /** Stores what was collected so far, as far as that is possible now. */
  flush(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    return this.#waiting.length === 0 ? this.#storing : this.#begin();
  }

  /** Stores the rest. */
  async close(): Promise<void> {
    await this.flush();
    this.#timer?.cancel();
    this.#sayLost(this.#waiting.length);
  }

  #add(entry: TrailEntry): void {
    if (this.#waiting.length >= MOST) {
      this.#lost += 1;
      return;
    }
    this.#waiting.push(entry);
    this.#wait(COLLECTING);
  }

  #wait(ms: number): void {
    this.#timer ??= this.#services.clock.after(ms, () => void this.flush());
  }

  async #storeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, AT_ONCE);
      try {
        await this.#services.save(batch);
      } catch (error) {
        this.#services.log.error({ error, waiting: this.#waiting.length }, 'the decision trail cannot be stored; it will be tried again');
        this.#wait(RETRY);
        return;
      }
      this.#waiting.splice(0, batch.length);
    }
    this.#sayLost(0);
  }

  #sayLost(more: number): void {
    const lost = this.#lost + more;
    this.#lost = 0;
    if (lost > 0) this.#services.log.error({ lost }, 'entries of the decision trail were lost, as they could not be stored for too long');
  }
}
