import type { Clock, Timer } from '../kernel/clock.ts';
import type { Progress } from './progress.ts';

/** A module did not answer in time. */
export class TooSlow extends Error {
  override readonly name = 'TooSlow';

  constructor(ms: number) {
    super(`did not answer within ${ms} ms`);
  }
}

/**
 * Waits for a value, but no longer than `ms`, or than `ms` without progress. What comes later is dropped: nothing cancels a callback half way.
 * @throws TooSlow
 */
export function withDeadline<T>(value: PromiseLike<T>, clock: Clock, ms: number, progress?: Progress): Promise<T> {
  return new Promise((resolve, reject) => {
    let timer: Timer | undefined;
    let isSettled = false;
    const settle = (): void => {
      isSettled = true;
      timer?.cancel();
    };
    value.then(
      (answer) => {
        settle();
        resolve(answer);
      },
      (error: unknown) => {
        settle();
        reject(error instanceof Error ? error : new Error(`threw ${String(error)}`));
      },
    );
    const wait = (pieces: number | undefined): void => {
      timer = clock.after(ms, () => {
        if (progress?.pieces === pieces) reject(new TooSlow(ms));
        else wait(progress?.pieces);
      });
    };
    // Most callbacks answer at once although they are async: a timer is set only for those that do not.
    queueMicrotask(() => {
      if (!isSettled) wait(progress?.pieces);
    });
  });
}
