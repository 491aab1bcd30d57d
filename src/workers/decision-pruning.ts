import type { Config } from '../config/config.ts';
import { sleep } from '../kernel/clock.ts';
import type { Reader } from '../kernel/database.ts';
import type { Log } from '../kernel/log.ts';
import { SERVER_ITSELF } from '../kernel/requester.ts';
import { pruneDecisions } from '../operations/decisions/prune-decisions.ts';
import * as decisionTraces from '../store/decision-traces.ts';
import * as decisions from '../store/decisions.ts';
import { Portions, type PortionServices } from './portions.ts';

/** How often the trail is looked at, and how long it is left alone between two pieces of work (ms). */
const EVERY = 3_600_000;
const BREATH = 50;
/** Rows of a portion where no module has a say. */
const ROWS_AT_ONCE = 500;

interface PruningServices extends PortionServices {
  readonly reader: Reader;
  readonly log: Log;
  readonly config: Pick<Config, 'decisions'>;
}

/** Deletes what is kept of decisions for too long, a little at a time. */
export class DecisionPruning {
  readonly #services: PruningServices;
  readonly #portions: Portions;
  readonly #stopped = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(services: PruningServices) {
    this.#services = services;
    this.#portions = new Portions(services, 'prune_decisions', ROWS_AT_ONCE);
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
    const { run, reader, clock, config } = this.#services;
    const { keep, max_entries: most } = config.decisions;
    try {
      const now = clock.now();
      const isDue = await reader.read(function* () {
        return (yield* decisions.isPrunable(now - keep, most)) || (yield* decisionTraces.hasEnded(now));
      });
      if (!isDue) return false;
      let hasMore = false;
      await this.#portions.next(this.#stopped.signal, async (size) => {
        const { gone, isMore } = await run(pruneDecisions, SERVER_ITSELF, { size });
        hasMore = isMore;
        return gone;
      });
      return hasMore;
    } catch (error) {
      this.#services.log.error({ error }, 'the decision trail cannot be pruned; it will be tried again');
      return false;
    }
  }
}
