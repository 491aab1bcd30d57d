import type { EventTemplate } from '../../core/event.ts';
import type { RoomId, UserId } from '../../core/identifiers.ts';
import type { Work } from '../../kernel/work.ts';
import * as memberships from '../../store/memberships.ts';
import * as roomDeletions from '../../store/room-deletions.ts';
import * as serverNoticeRooms from '../../store/server-notice-rooms.ts';
import * as tags from '../../store/tags.ts';
import { memberChange } from '../rooms/membership/member-change.ts';
import { stateChange } from '../rooms/state-change.ts';
import type { NoticeSettings } from './notice-settings.ts';

const TAG = 'm.server_notice';
/** Below what anything needs that is not for everybody: whoever reads notices sends nothing and changes nothing. */
const READERS_LEVEL = -10;

/** The room in which a user gets notices, as far as there is one. */
export interface KnownNoticeRoom {
  /** The last one that was made. */
  readonly last: RoomId | undefined;
  /** The same if notices can still be sent there: the sender is in it, and it is not being deleted. */
  readonly usable: RoomId | undefined;
}

export function* knownNoticeRoom(userId: UserId, sender: UserId): Work<KnownNoticeRoom> {
  const last = yield* serverNoticeRooms.find(userId);
  if (last === undefined) return { last, usable: undefined };
  const isUsable = (yield* memberships.find(last, sender))?.membership === 'join' && !(yield* roomDeletions.isClosed(last));
  return { last, usable: isUsable ? last : undefined };
}

/** The request for a new one, in the form of createRoom, as modules are shown it. */
export const noticeRoomRequest = ({ state }: NoticeSettings, userId: UserId): Record<string, unknown> => ({
  preset: 'private_chat',
  creation_content: { 'm.federate': false },
  power_level_content_override: { users_default: READERS_LEVEL },
  initial_state: structuredClone(state),
  invite: [userId],
});

/** What has to happen in a room before the next notice: it looks as the configuration wants it by now, and a user who has left is invited again. */
export function* renewalEvents(roomId: RoomId, userId: UserId, { sender, state }: NoticeSettings): Work<readonly EventTemplate[]> {
  const events: EventTemplate[] = [];
  for (const { type, state_key: stateKey, content } of state) {
    const change = yield* stateChange(roomId, { type, stateKey, sender, content });
    if (change.standing === undefined) events.push(change.event);
  }
  const membership = (yield* memberships.find(roomId, userId))?.membership;
  if (membership === 'join' || membership === 'invite') return events;
  return [...events, (yield* memberChange({ roomId, sender, target: userId }, 'invite', {})).event];
}

/** By the tag clients know the room: https://spec.matrix.org/v1.19/client-server-api/#server-notices */
export function* tagNoticeRoom(userId: UserId, roomId: RoomId): Work<void> {
  const before = yield* tags.ofRoom(userId, roomId);
  if (!Object.hasOwn(before, TAG)) yield* tags.put(userId, roomId, { ...before, [TAG]: {} });
}
