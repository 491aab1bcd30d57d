import type { Clock } from '../kernel/clock.ts';
import { Owed } from './owed.ts';
import { Patience } from './patience.ts';

/**
 * A question on its way round the modules: it yields what asking one module gave, which may be owed, and receives the answer. A refusal ends it.
 * As long as modules answer at once it needs no promise, and of one that answers later no more than the callback's own.
 */
export type Way<T> = Generator<unknown, T, unknown>;

/** Goes to the end of a way. @param clock for the deadlines @returns what comes of it; rejects with a module's refusal or failure */
export function go<T>(way: Way<T>, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    let patience: Patience | undefined;
    const fail = (error: unknown): void => {
      patience?.end();
      reject(error);
    };
    const on = (answer: unknown): void => {
      try {
        let step = way.next(answer);
        while (step.done !== true && !(step.value instanceof Owed)) step = way.next(step.value);
        if (step.done === true) {
          patience?.end();
          return resolve(step.value);
        }
        const owed = step.value as Owed;
        owed.hear(on, fail);
        (patience ??= new Patience(clock)).waitFor(owed);
      } catch (error) {
        fail(error);
      }
    };
    on(undefined);
  });
}
