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
import { Portions, type PortionServices } from './portions.ts';
import type { Queue } from './queue-worker.ts';

interface RoomDeletionServices extends PortionServices {
  readonly reader: Reader;
}

/** Members and rows of a portion where no module has a say. */
const MEMBERS_AT_ONCE = 20;
const ROWS_AT_ONCE = 250;

/** Rooms are deleted in portions: some members leave, or a part of what is known of the room goes. */
export class RoomDeletionsQueue implements Queue<RoomDeletion> {
  readonly name = 'room deletions';
  readonly topic = 'queue:room-deletions';
  readonly #services: RoomDeletionServices;
  readonly #evictions: Portions;
  readonly #purges: Portions;

  constructor(services: RoomDeletionServices) {
    this.#services = services;
    this.#evictions = new Portions(services, 'evict_room_members', MEMBERS_AT_ONCE);
    this.#purges = new Portions(services, 'purge_room', ROWS_AT_ONCE);
  }

  after(last: RoomDeletion | undefined): Promise<readonly RoomDeletion[]> {
    return this.#services.reader.read(() => roomDeletions.activeAfter(last, 1));
  }

  async work(deletion: RoomDeletion, signal: AbortSignal): Promise<void> {
    const { run, reader } = this.#services;
    const { deleteId, roomId, purge, forcePurge } = deletion;
    if ((await this.#remaining(deletion, 1)).length > 0) {
      await this.#evictions.next(signal, (size) => this.#evict(deletion, size));
      return;
    }
    const isEmpty = (await reader.read(() => roomDeletions.failuresOf(deleteId))).length === 0;
    if (purge && (isEmpty || forcePurge)) await this.#purges.next(signal, (size) => run(purgeRoom, SERVER_ITSELF, { deleteId, roomId, size }));
    else await this.#end(deletion, purge ? 'Users are still joined to this room' : undefined);
  }

  drop(deletion: RoomDeletion): Promise<void> {
    return this.#end(deletion, 'The deletion was refused; the log of the server says why');
  }

  #end({ deleteId }: RoomDeletion, error: string | undefined): Promise<void> {
    return this.#services.run(endRoomDeletion, SERVER_ITSELF, { deleteId, error });
  }

  #remaining(deletion: RoomDeletion, limit: number): Promise<readonly UserId[]> {
    return this.#services.reader.read(() => roomDeletions.remaining(deletion, limit));
  }

  /** @returns how many members were made to leave, or refused to */
  async #evict(deletion: RoomDeletion, limit: number): Promise<number> {
    const { run } = this.#services;
    const members = await this.#remaining(deletion, limit);
    await run(noteEvictions, SERVER_ITSELF, { deleteId: deletion.deleteId, failures: await evict(run, deletion, members) });
    return members.length;
  }
}

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
