import type { Leave } from '../../kernel/question-values.ts';
import type { Caller } from '../../kernel/requester.ts';
import { defineRead } from '../define.ts';

interface Wish {
  /** What is being done. */
  readonly work: string;
  /** How many rows are done in a millisecond; undefined as long as nobody knows. */
  readonly pace: number | undefined;
  /** Rows of a portion where no module has a say. */
  readonly usual: number;
}

/** A portion that may begin. */
interface Portion {
  readonly leave: Leave | undefined;
  /** Rows. */
  readonly size: number;
}

/** There is one. */
const DATABASE = 'main';
/** The most rows of a portion, whatever the pace seems to be. */
const MOST = 10_000;

/** Waits until the module that controls background work lets a portion begin, and says how large it may be. */
export const beginPortion = defineRead({
  name: 'begin-portion',
  async prepare(_context, _who: Caller, { work, pace, usual }: Wish, ask): Promise<Portion> {
    const askForLeave = (): Promise<Leave | undefined> => ask('on_update', work, DATABASE, false);
    const first = await askForLeave();
    // The module was exchanged while it held the work up: the one in its place is asked.
    const given = first?.isVoid === true ? await askForLeave() : first;
    const leave = given?.isVoid === true ? undefined : given;
    const byPace = leave === undefined || pace === undefined ? undefined : Math.floor(leave.ms * pace);
    const wanted = byPace ?? (await ask('default_batch_size', work, DATABASE)) ?? usual;
    const least = (await ask('min_batch_size', work, DATABASE)) ?? 1;
    return { leave, size: Math.min(Math.max(wanted, least), MOST) };
  },
});
