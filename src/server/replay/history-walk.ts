import type { Event } from '../../core/event.ts';
import type { Clock } from '../../kernel/clock.ts';
import { systemClock } from '../../kernel/clock.ts';
import type { Reader } from '../../kernel/database.ts';
import type { StoredEvent } from '../../store/events.ts';
import * as history from '../../store/history.ts';
import type { PastQuestions } from './questions.ts';
import type { PastVerdict, ReplayedModule } from './replayed-module.ts';

/** How many events are in memory at once. */
const PAGE = 200;

/** The time of what is looked at: modules that count what happens in an hour count hours of the past. Deadlines run as ever. */
export class PastClock implements Clock {
  #now = 0;
  readonly monotonic: Clock['monotonic'] = () => systemClock.monotonic();
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
  readonly event: Event;
  readonly verdicts: readonly PastVerdict[];
}

/** Every event that is stored since a time (ms since the epoch), oldest first. */
export async function* storedHistory(reader: Reader, since: number): AsyncGenerator<StoredEvent, void> {
  let after = 0;
  for (;;) {
    const page = await reader.read(() => history.page(after, since, PAGE));
    yield* page;
    after = page.at(-1)?.pos ?? after;
    if (page.length < PAGE) return;
    // Timers and signals have their turn, however fast the modules are.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Asks modules about the past, event by event. */
export async function judgeHistory(
  modules: readonly ReplayedModule[],
  clock: PastClock,
  past: AsyncIterable<PastQuestions>,
  judged: (event: JudgedEvent) => void,
): Promise<void> {
  for await (const questions of past) {
    const { event } = questions;
    clock.moveTo(event.originServerTs);
    const verdicts: PastVerdict[] = [];
    for (const module of modules) verdicts.push(await module.judge(questions));
    judged({ event, verdicts });
  }
}
