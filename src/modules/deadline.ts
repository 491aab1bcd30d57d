import type { Clock } from '../kernel/clock.ts';

/** A module did not answer in time. */
export class TooSlow extends Error {
  override readonly name = 'TooSlow';

  constructor(ms: number) {
    super(`did not answer within ${ms} ms`);
  }
}

/**
 * Waits for a value, but no longer than `ms`. What comes later is dropped: nothing cancels a callback half way.
 * @throws TooSlow
 */
export function withDeadline<T>(value: PromiseLike<T>, clock: Clock, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(ms, () => reject(new TooSlow(ms)));
    value.then(
      (answer) => {
        timer.cancel();
        resolve(answer);
      },
      (error: unknown) => {
        timer.cancel();
        reject(error instanceof Error ? error : new Error(`threw ${String(error)}`));
      },
    );
  });
}
