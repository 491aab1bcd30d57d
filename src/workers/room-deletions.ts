import type { UserId } from '../core/identifiers.ts';
import type { Reader } from '../kernel/database.ts';
import { MatrixError } from '../kernel/errors.ts';
import type { Run } from '../kernel/operation.ts';
import { onBehalfOf, SERVER_ITSELF } from '../kernel/requester.ts';
import { endRoomDeletion } from '../operations/room-deletions/end-room-deletion.ts';
import { noteEvictions } from '../operations/room-deletions/note-evictions.ts';
import { purgeRoom } from '../operations/room-deletions/purge-room.ts';
import { joinRoom } from '../operations/rooms/join-room.ts';
import { leaveRoom } from '../operations/rooms/leave-room.ts';
import * as roomDeletions from '../store/room-deletions.ts';
import type { RoomDeletion } from '../store/room-deletions.ts';
import type { Queue } from './queue-worker.ts';

const PAGE = 20;

/** Rooms are deleted bit by bit: some members leave, or a part of what is known of the room goes. */
export const roomDeletionsQueue = (reader: Reader, run: Run): Queue<RoomDeletion> => ({
  name: 'room deletions',
  topic: 'queue:room-deletions',
  after: (last) => reader.read(() => roomDeletions.activeAfter(last, 1)),
  async work(deletion) {
    const { deleteId, purge, forcePurge } = deletion;
    const remaining = await reader.read(() => roomDeletions.remaining(deletion, PAGE));
    if (remaining.length > 0) {
      await run(noteEvictions, SERVER_ITSELF, { deleteId, failures: await evict(run, deletion, remaining) });
      return;
    }
    const isEmpty = (await reader.read(() => roomDeletions.failuresOf(deleteId))).length === 0;
    if (purge && (isEmpty || forcePurge)) await run(purgeRoom, SERVER_ITSELF, deletion);
    else await run(endRoomDeletion, SERVER_ITSELF, { deleteId, error: purge ? 'Users are still joined to this room' : undefined });
  },
  drop: ({ deleteId }) => run(endRoomDeletion, SERVER_ITSELF, { deleteId, error: 'The deletion was refused; the log of the server says why' }),
});

/** @returns those who could not be made to leave */
async function evict(run: Run, { roomId, newRoomId }: RoomDeletion, userIds: readonly UserId[]): Promise<readonly UserId[]> {
  const failures: UserId[] = [];
  for (const userId of userIds) {
    const who = onBehalfOf(userId);
    if (newRoomId !== undefined) await unlessRefused(run(joinRoom, who, { roomIdOrAlias: newRoomId }));
    if (!(await unlessRefused(run(leaveRoom, who, { roomId, reason: undefined })))) failures.push(userId);
  }
  return failures;
}

/** @returns whether it was done. @throws what has failed without being refused, so that it is tried again */
async function unlessRefused(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof MatrixError && error.status < 500) return false;
    throw error;
  }
}
