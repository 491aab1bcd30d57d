import type { Occasion } from '../kernel/questions.ts';
import type { Subject } from '../kernel/decisions.ts';
import type { Progress } from './progress.ts';

/** How one of the server's questions is put to modules. */
export interface Presentation<Args extends readonly unknown[] = readonly unknown[]> {
  /** The arguments as modules get them: copies or frozen. Files note their progress. */
  readonly present: (args: Args, occasion: Occasion, progress: Progress) => readonly unknown[];
  /** What it is about, for the decision trail. */
  readonly subject: (args: Args) => Subject;
  /** Whatever goes wrong in it has no effect on what is done. */
  readonly contained: boolean;
  /** Its arguments are gone once the question is answered, so that even a module in shadow mode must be waited for. */
  readonly borrows: boolean;
  /** How long it may take at least (ms), where that is longer than what modules have for an answer; the configuration of the callback itself can say less. */
  readonly patience?: number;
}
