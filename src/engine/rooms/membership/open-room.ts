import type { RoomId } from '../../../core/identifiers.ts';
import { forbidden } from '../../../kernel/errors.ts';
import type { Work } from '../../../kernel/work.ts';
import * as roomDeletions from '../../../store/room-deletions.ts';

/** Nobody enters a room that administrators have blocked, or that is being deleted. @throws M_FORBIDDEN */
export function* requireOpen(roomId: RoomId): Work<void> {
  if (yield* roomDeletions.isClosed(roomId)) throw forbidden('This room has been blocked on this server');
}
