import type { Clock } from '../../kernel/clock.ts';
import { systemClock } from '../../kernel/clock.ts';
import type { Reader } from '../../kernel/database.ts';
import type { StoredEvent } from '../../store/events.ts';
import * as history from '../../store/history.ts';
import { questionsAbout } from './questions.ts';
import type { PastVerdict, ReplayedModule } from './replayed-module.ts';

/** How many events are in memory at once. */
const PAGE = 200;

/** The time of what is looked at: modules that count what happens in an hour count hours of the past. Deadlines run as ever. */
export class PastClock implements Clock {
  #now = 0;
  readonly after: Clock['after'] = (ms, callback) => systemClock.after(ms, callback);

  now(): number {
    return this.#now;
  }

  moveTo(ms: number): void {
    this.#now = ms;
  }
}

/** What each module said of an event, in the order of the modules. */
export interface JudgedEvent {
  readonly stored: StoredEvent;
  readonly verdicts: readonly PastVerdict[];
}

export interface WalkOptions {
  readonly reader: Reader;
  readonly clock: PastClock;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Told of each event that was looked at. */
  readonly looked: () => void;
}

/**
 * Shows modules every event since a time, oldest first. Redacted events are left out: what they said is gone.
 * @returns how many were left out
 */
export async function walkHistory(
  modules: readonly ReplayedModule[],
  { reader, clock, since, looked }: WalkOptions,
  judged: (event: JudgedEvent) => void,
): Promise<number> {
  let redacted = 0;
  let after = 0;
  for (;;) {
    const page = await reader.read(() => history.page(after, since, PAGE));
    for (const stored of page) {
      after = stored.pos;
      looked();
      if (stored.redactedBy !== undefined) {
        redacted += 1;
        continue;
      }
      clock.moveTo(stored.event.originServerTs);
      const past = await questionsAbout(stored, reader);
      const verdicts: PastVerdict[] = [];
      for (const module of modules) verdicts.push(await module.judge(past));
      judged({ stored, verdicts });
    }
    if (page.length < PAGE) return redacted;
    // Timers and signals have their turn, however fast the modules are.
    await new Promise((resolve) => setImmediate(resolve));
  }
}
