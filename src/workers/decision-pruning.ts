import { sleep, type Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { Run } from '../kernel/operation.ts';
import { SERVER_ITSELF } from '../kernel/requester.ts';
import { pruneDecisions } from '../operations/decisions/prune-decisions.ts';

/** How often the trail is looked at, and how long it is left alone between two pieces of work (ms). */
const EVERY = 3_600_000;
const BREATH = 50;

interface PruningServices {
  readonly run: Run;
  readonly clock: Clock;
  readonly log: Log;
}

/** Deletes what is kept of decisions for too long, a little at a time. */
export class DecisionPruning {
  readonly #services: PruningServices;
  readonly #stopped = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(services: PruningServices) {
    this.#services = services;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Deletes everything that is to be deleted now. */
  async idle(): Promise<void> {
    while (await this.#prune());
  }

  stop(): void {
    this.#stopped.abort();
  }

  async close(): Promise<void> {
    this.stop();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    const { clock } = this.#services;
    while (!signal.aborted) {
      await sleep(clock, EVERY, signal);
      while (!signal.aborted && (await this.#prune())) await sleep(clock, BREATH, signal);
    }
  }

  /** @returns whether there may be more to delete */
  async #prune(): Promise<boolean> {
    try {
      return await this.#services.run(pruneDecisions, SERVER_ITSELF, undefined);
    } catch (error) {
      this.#services.log.error({ error }, 'the decision trail cannot be pruned; it will be tried again');
      return false;
    }
  }
}
