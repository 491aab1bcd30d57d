import type { EventId, RoomId, UserId } from '../core/identifiers.ts';
import type { ThreadId } from '../core/threads.ts';
import { execute, inList, row, rows, wake, type Work } from '../kernel/work.ts';
import * as pushQueue from './push-queue.ts';
import { nextPosition } from './stream.ts';

export type ReceiptType = 'm.read' | 'm.read.private';

/** https://spec.matrix.org/v1.19/client-server-api/#receipts */
export interface Receipt {
  readonly roomId: RoomId;
  readonly userId: UserId;
  readonly type: ReceiptType;
  /** Undefined for an unthreaded receipt. */
  readonly threadId: ThreadId | undefined;
  readonly eventId: EventId;
  /** Milliseconds since the epoch. */
  readonly ts: number;
}

interface ReceiptRow extends Omit<Receipt, 'threadId'> {
  readonly threadId: ThreadId | '';
}

const COLUMNS = 'room_id as "roomId", user_id as "userId", type, thread_id as "threadId", event_id as "eventId", ts';
const fromRow = (found: ReceiptRow): Receipt => ({ ...found, threadId: found.threadId === '' ? undefined : found.threadId });

/**
 * Moves a receipt forward; one that is as far or further stays where it is.
 * @param eventPos the event's position
 * @param isPrivate whether nobody but the user may see it
 */
export function* put(receipt: Receipt, eventPos: number, isPrivate: boolean): Work<void> {
  const { roomId, userId, type, threadId = '', eventId, ts } = receipt;
  const before = yield* row<{ event_pos: number }>(
    'select event_pos from receipts where room_id = ? and user_id = ? and type = ? and thread_id = ?',
    roomId,
    userId,
    type,
    threadId,
  );
  if (before !== undefined && before.event_pos >= eventPos) return;
  yield* execute(
    `insert into receipts (room_id, user_id, type, thread_id, event_id, event_pos, private, ts, pos) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (room_id, user_id, type, thread_id) do update set event_id = excluded.event_id, event_pos = excluded.event_pos,
     private = excluded.private, ts = excluded.ts, pos = excluded.pos`,
    roomId,
    userId,
    type,
    threadId,
    eventId,
    eventPos,
    Number(isPrivate),
    ts,
    yield* nextPosition(),
  );
  yield* pushQueue.addBadge(userId, ts);
  yield* wake(`user:${userId}`);
  if (!isPrivate) yield* wake(`room:${roomId}`);
}

/** Receipts of some rooms that were put after one position, up to another, and that a user may see; after 0 that is all. */
export function* ofRoomsBetween(roomIds: readonly RoomId[], viewer: UserId, after: number, upTo: number): Work<readonly Receipt[]> {
  if (roomIds.length === 0) return [];
  const list = inList(roomIds);
  const found = yield* rows<ReceiptRow>(
    `select ${COLUMNS} from receipts where room_id in ${list.marks} and pos > ? and pos <= ? and (private = 0 or user_id = ?)`,
    ...list.args,
    after,
    upTo,
    viewer,
  );
  return found.map(fromRow);
}

/** A user's own receipts of all rooms. */
export function* ofUserBetween(userId: UserId, after: number, upTo: number): Work<readonly Receipt[]> {
  const found = yield* rows<ReceiptRow>(`select ${COLUMNS} from receipts where user_id = ? and pos > ? and pos <= ?`, userId, after, upTo);
  return found.map(fromRow);
}

/** How far a user has read a room: the further of their public and private receipts. Positions of events. */
export interface ReadUpTo {
  /** 0 without an unthreaded receipt. */
  readonly unthreaded: number;
  readonly threads: ReadonlyMap<ThreadId, number>;
}

export const NOTHING_READ: ReadUpTo = { unthreaded: 0, threads: new Map() };

/** How far a user has read each of some rooms; rooms without receipts of theirs are left out. */
export function* readUpTo(userId: UserId, roomIds: readonly RoomId[]): Work<ReadonlyMap<RoomId, ReadUpTo>> {
  const list = inList(roomIds);
  const found = yield* rows<{ roomId: RoomId; threadId: ThreadId | ''; eventPos: number }>(
    `select room_id as "roomId", thread_id as "threadId", max(event_pos) as "eventPos" from receipts
     where user_id = ? and room_id in ${list.marks} group by room_id, thread_id`,
    userId,
    ...list.args,
  );
  const rooms = new Map<RoomId, { unthreaded: number; threads: Map<ThreadId, number> }>();
  for (const { roomId, threadId, eventPos } of found) {
    const room = rooms.get(roomId) ?? { unthreaded: 0, threads: new Map<ThreadId, number>() };
    rooms.set(roomId, room);
    if (threadId === '') room.unthreaded = eventPos;
    else room.threads.set(threadId, eventPos);
  }
  return rooms;
}
