import { isState } from '../../core/event.ts';
import type { RoomId, UserId } from '../../core/identifiers.ts';
import type { Work } from '../../kernel/work.ts';
import * as events from '../../store/events.ts';
import * as memberships from '../../store/memberships.ts';
import type { QueuedPush } from '../../store/push-queue.ts';
import * as roomSummaries from '../../store/room-summaries.ts';
import type { UnreadRoom } from '../mail/messages.ts';
import type { Viewer } from '../events/viewer.ts';
import { isStillNews } from './is-still-news.ts';

/** What a user was to be told of and has not read yet. */
export interface UnreadPushes {
  readonly rooms: readonly UnreadRoom[];
  /** The first of them. */
  readonly oldest: QueuedPush | undefined;
}

/** What happened in rooms that the user has left since is left out. @param pushes the newest first */
export function* unreadPushes(viewer: Viewer, pushes: readonly QueuedPush[]): Work<UnreadPushes> {
  let oldest: QueuedPush | undefined;
  const unread = new Map<RoomId, { count: number; readonly senders: Set<UserId>; isInvite: boolean }>();
  for (const push of pushes) {
    const { eventPos } = push;
    const stored = eventPos === undefined ? undefined : yield* events.findAt(eventPos);
    if (stored === undefined || !(yield* isStillNews(stored, viewer))) continue;
    const { event } = stored;
    const isInvite = isState(event) && event.type === 'm.room.member' && event.stateKey === viewer.userId;
    const own = yield* memberships.find(event.roomId, viewer.userId);
    if (own?.membership !== (isInvite ? 'invite' : 'join')) continue;
    const room = unread.get(event.roomId) ?? { count: 0, senders: new Set<UserId>(), isInvite };
    unread.set(event.roomId, room);
    room.count += 1;
    room.senders.add(event.sender);
    oldest = push;
  }
  const rooms: UnreadRoom[] = [];
  for (const [roomId, { count, senders, isInvite }] of unread) {
    rooms.push({ name: yield* nameOf(roomId), count, isInvite, senders: yield* namesOf(roomId, [...senders]) });
  }
  return { rooms, oldest };
}

function* nameOf(roomId: RoomId): Work<string> {
  const room = yield* roomSummaries.find(roomId);
  return room?.name ?? room?.canonicalAlias ?? 'a room without a name';
}

function* namesOf(roomId: RoomId, users: readonly UserId[]): Work<readonly string[]> {
  const names: string[] = [];
  for (const userId of users) names.push((yield* memberships.find(roomId, userId))?.displayName ?? userId);
  return names;
}
