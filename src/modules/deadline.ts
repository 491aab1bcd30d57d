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
export async function withDeadline<T>(value: PromiseLike<T>, clock: Clock, ms: number): Promise<T> {
  let timer: Timer | undefined;
  const over = new Promise<never>((_resolve, reject) => (timer = clock.after(ms, () => reject(new TooSlow(ms)))));
  try {
    return await Promise.race([value, over]);
  } catch (error) {
    throw error instanceof Error ? error : new Error(`threw ${String(error)}`);
  } finally {
    timer?.cancel();
  }
}
