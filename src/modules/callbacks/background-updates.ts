import type { BackgroundUpdateInquiries } from '../../kernel/questions/background-updates.ts';
import { first } from '../combinations.ts';
import { readBatchSize, readLeave } from '../leaves.ts';
import { inquiry, type CallbacksOf } from './callback.ts';

/** Work may be held up until the night (ms). */
const PATIENCE = 86_400_000;

/** What fails is answered by nothing, and the work goes on as it does without modules. */
const OF_UPDATES = { contained: true, subject: () => ({}) } as const;

export const BACKGROUND_UPDATES: CallbacksOf<keyof BackgroundUpdateInquiries> = {
  on_update: inquiry(first(readLeave, undefined), { ...OF_UPDATES, patience: PATIENCE }),
  default_batch_size: inquiry(first(readBatchSize, undefined), OF_UPDATES),
  min_batch_size: inquiry(first(readBatchSize, undefined), OF_UPDATES),
};
