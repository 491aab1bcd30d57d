import { row, type Work } from '../kernel/work.ts';

/** Takes the next stream position. Everything that a client can see later is ordered by these. */
export function* nextPosition(): Work<number> {
  return yield* nextPositions(1);
}

/** Takes as many of them, one after the other. @returns the first */
export function* nextPositions(count: number): Work<number> {
  const taken = yield* row<{ position: number }>('update stream set position = position + ? returning position', count);
  if (taken === undefined) throw new Error('The table "stream" has lost its row');
  return taken.position - count + 1;
}
