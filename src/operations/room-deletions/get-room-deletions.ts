import type { RoomId, UserId } from '../../core/identifiers.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as roomDeletions from '../../store/room-deletions.ts';
import type { RoomDeletion } from '../../store/room-deletions.ts';
import { defineRead } from '../define.ts';

export interface DeletionStatus extends RoomDeletion {
  /** Who could not be made to leave. */
  readonly failures: readonly UserId[];
}

/** What became of one deletion, or of all those of a room. @throws M_NOT_FOUND */
export const getRoomDeletions = defineRead({
  name: 'get-room-deletions',
  prepare: (context, _who, wanted: { readonly deleteId: string } | { readonly roomId: RoomId }) =>
    context.read(function* (): Work<readonly DeletionStatus[]> {
      const found = 'roomId' in wanted ? yield* roomDeletions.listOf(wanted.roomId) : [yield* roomDeletions.find(wanted.deleteId)];
      const known = found.filter((deletion) => deletion !== undefined);
      if (known.length === 0) throw notFound('There was no such deletion, or it was over a week ago');
      const all: DeletionStatus[] = [];
      for (const deletion of known) all.push({ ...deletion, failures: yield* roomDeletions.failuresOf(deletion.deleteId) });
      return all;
    }),
});
