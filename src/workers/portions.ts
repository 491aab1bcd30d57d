import { sleep, type Clock } from '../kernel/clock.ts';
import type { Run } from '../kernel/operation.ts';
import type { Leave } from '../kernel/question-values.ts';
import { SERVER_ITSELF } from '../kernel/requester.ts';
import { beginPortion } from '../operations/background/begin-portion.ts';

export interface PortionServices {
  readonly run: Run;
  readonly clock: Clock;
}

/** How much the newest portion counts for the pace. */
const WEIGHT = 0.3;
/** How long a module may take after a portion (ms). */
const PATIENCE = 3_600_000;

/**
 * Long work that is done in portions, each of which a module may hold up for as long as it likes. Meanwhile nothing is held: what is to be done stands in
 * the database. So neither the end of the server nor of the module loses anything, and neither waits.
 */
export class Portions {
  readonly #services: PortionServices;
  readonly #work: string;
  readonly #usual: number;
  #pace: number | undefined;

  /**
   * @param work what modules know it by
   * @param usual rows of a portion where no module has a say
   */
  constructor(services: PortionServices, work: string, usual: number) {
    this.#services = services;
    this.#work = work;
    this.#usual = usual;
  }

  /**
   * Does one portion, unless the signal fires while the module holds it up.
   * @param portion does as many rows as it is told, and says how many it did
   */
  async next(signal: AbortSignal, portion: (size: number) => Promise<number>): Promise<void> {
    const { run, clock } = this.#services;
    const asked = run(beginPortion, SERVER_ITSELF, { work: this.#work, pace: this.#pace, usual: this.#usual });
    const begun = await untilAborted(asked, signal);
    if (begun === undefined) {
      asked.then(
        ({ leave }) => leave?.end(),
        () => undefined,
      );
      return;
    }
    const { leave, size } = begun;
    const since = clock.now();
    try {
      this.#note(await portion(size), clock.now() - since);
    } finally {
      if (leave !== undefined) await this.#over(leave, signal);
    }
  }

  async #over(leave: Leave, signal: AbortSignal): Promise<void> {
    const ended = new AbortController();
    const enough = sleep(this.#services.clock, PATIENCE, AbortSignal.any([signal, ended.signal]));
    await Promise.race([leave.end(), enough]);
    ended.abort();
  }

  #note(rows: number, ms: number): void {
    if (rows === 0 || ms === 0) return;
    const pace = rows / ms;
    this.#pace = this.#pace === undefined ? pace : WEIGHT * pace + (1 - WEIGHT) * this.#pace;
  }
}

/** @returns undefined once the signal fires */
function untilAborted<T>(value: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => resolve(undefined);
    if (signal.aborted) return giveUp();
    signal.addEventListener('abort', giveUp);
    value.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
