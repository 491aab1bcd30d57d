import type { Leave } from '../question-values.ts';
import type { Question } from './question.ts';

type OfUpdate = [updateName: string, databaseName: string];

/** How much of what is done in portions is done at once, and when. */
export interface BackgroundUpdateInquiries {
  /** Leave to do one portion; undefined where nobody has a say in it. */
  on_update: Question<[...OfUpdate, oneShot: boolean], Leave | undefined>;
  /** Rows of the first portion; undefined where nobody says. */
  default_batch_size: Question<OfUpdate, number | undefined>;
  /** Rows of a portion at least; undefined where nobody says. */
  min_batch_size: Question<OfUpdate, number | undefined>;
}
