import type { Clock, Timer } from '../kernel/clock.ts';

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
    // Most callbacks answer at once although they are async: a timer is set only for those that do not.
    queueMicrotask(() => {
      if (!isSettled) timer = clock.after(ms, () => reject(new TooSlow(ms)));
    });
  });
}
