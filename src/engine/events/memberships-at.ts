import type { RoomId, UserId } from '../../core/identifiers.ts';
import { stringAt } from '../../core/json.ts';
import { together } from '../../kernel/together.ts';
import type { Work } from '../../kernel/work.ts';
import type { StoredEvent } from '../../store/events.ts';
import * as memberships from '../../store/memberships.ts';
import { HISTORY_PAGE, stateHistory } from '../../store/state-history.ts';
import { byRoom } from './by-room.ts';

interface Change {
  readonly pos: number;
  readonly membership: string;
}

/**
 * The viewer's membership at each event, "including any changes caused by the event" (`unsigned.membership`). It is read off the
 * order in which the user's memberships arrived here: enough for telling a client why it cannot decrypt, and cheap.
 */
export function* membershipsAt(stored: readonly StoredEvent[], userId: UserId): Work<(one: StoredEvent) => string> {
  const rooms = byRoom(stored);
  const present = yield* memberships.findIn([...rooms.keys()], userId);
  const changes = new Map<RoomId, readonly Change[]>();
  const older: Work<void>[] = [];
  for (const [roomId, inRoom] of rooms) {
    const now = present.get(roomId);
    if (now === undefined) continue;
    const oldest = inRoom.reduce((least, { pos }) => Math.min(least, pos), Infinity);
    const since = now.membership === 'join' ? (now.joinedPos ?? now.pos) : now.pos;
    if (oldest >= since) changes.set(roomId, [{ pos: since, membership: now.membership }]);
    else older.push(noteChanges(changes, oldest, roomId, userId));
  }
  yield* together(older);
  return ({ event, pos }) => changes.get(event.roomId)?.find((change) => change.pos <= pos)?.membership ?? 'leave';
}

/** Notes the user's memberships in a room, newest first, as far back as they held at a position. */
function* noteChanges(inRooms: Map<RoomId, readonly Change[]>, oldest: number, roomId: RoomId, userId: UserId): Work<void> {
  const changes: Change[] = [];
  inRooms.set(roomId, changes);
  for (;;) {
    const before = changes.at(-1)?.pos;
    const page = yield* stateHistory(roomId, 'm.room.member', userId, before);
    for (const { event, pos } of page) changes.push({ pos, membership: stringAt(event.content, 'membership') ?? 'leave' });
    if (page.length < HISTORY_PAGE || (changes.at(-1)?.pos ?? -Infinity) <= oldest) return;
  }
}
