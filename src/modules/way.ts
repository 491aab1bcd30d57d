import { Owed } from './owed.ts';
import type { Patience } from './patience.ts';

/**
 * A question on its way round the modules: it yields what asking one module gave, which may be owed, and receives the answer. A refusal ends it.
 * As long as modules answer at once it needs no promise, and of one that answers later no more than the callback's own.
 */
export type Way<T> = Generator<unknown, T, unknown>;

/** Goes to the end of a way. @param patience for the deadlines @returns what comes of it; rejects with a module's refusal or failure */
export function go<T>(way: Way<T>, patience: Patience): Promise<T> {
  return new Promise((resolve, reject) => {
    let waitsFor: Owed | undefined;
    const waitFor = (owed: Owed | undefined): void => {
      if (waitsFor !== undefined && waitsFor !== owed) patience.forget(waitsFor);
      waitsFor = owed;
      if (owed !== undefined) patience.waitFor(owed);
    };
    const fail = (error: unknown): void => {
      waitFor(undefined);
      reject(error);
    };
    const on = (answer: unknown): void => {
      try {
        let step = way.next(answer);
        while (step.done !== true && !(step.value instanceof Owed)) step = way.next(step.value);
        if (step.done === true) {
          waitFor(undefined);
          return resolve(step.value);
        }
        const owed = step.value as Owed;
        owed.hear(on, fail);
        waitFor(owed);
      } catch (error) {
        fail(error);
      }
    };
    on(undefined);
  });
}
