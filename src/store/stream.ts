import { row, type Work } from '../kernel/work.ts';

/** Takes the next stream position. Everything that a client can see later is ordered by these. */
export function* nextPosition(): Work<number> {
  const taken = yield* row<{ position: number }>('update stream set position = position + 1 returning position');
  if (taken === undefined) throw new Error('The table "stream" has lost its row');
  return taken.position;
}
