import { Type as t } from '@sinclair/typebox';
import type { Infer } from '../kernel/schema.ts';
import type { DirectoryPage } from '../operations/directory/get-public-rooms.ts';
import type { getRoomSummary } from '../operations/finding/get-room-summary.ts';
import { present } from './present.ts';

type Preview = Awaited<ReturnType<typeof getRoomSummary.prepare>>;

/** What lists of rooms tell of each: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3publicrooms */
export const publicRoom = t.Object({
  room_id: t.String(),
  num_joined_members: t.Integer(),
  world_readable: t.Boolean(),
  guest_can_join: t.Boolean(),
  join_rule: t.String(),
  name: t.Optional(t.String()),
  topic: t.Optional(t.String()),
  avatar_url: t.Optional(t.String()),
  canonical_alias: t.Optional(t.String()),
  room_type: t.Optional(t.String()),
});

/** The same, with what matters to those who consider to enter. */
export const roomSummary = t.Object({
  ...publicRoom.properties,
  room_version: t.String(),
  encryption: t.Optional(t.String()),
  allowed_room_ids: t.Optional(t.Array(t.String())),
});

export const publicRoomOf = (room: DirectoryPage['rooms'][number]): Infer<typeof publicRoom> => ({
  room_id: room.roomId,
  num_joined_members: room.joinedMembers,
  world_readable: room.historyVisibility === 'world_readable',
  guest_can_join: room.guestAccess === 'can_join',
  join_rule: room.joinRule ?? 'invite',
  ...present('name', room.name),
  ...present('topic', room.topic),
  // A room can be given any text; at another address, who looks at the list of rooms could be watched.
  ...(room.avatarUrl?.startsWith('mxc://') === true && { avatar_url: room.avatarUrl }),
  ...present('canonical_alias', room.canonicalAlias),
  ...present('room_type', room.roomType),
});

export const roomSummaryOf = ({ room, summary, letsIn }: Preview): Infer<typeof roomSummary> => ({
  ...publicRoomOf(summary),
  room_version: room.version.id,
  ...present('encryption', summary.encryption),
  ...(letsIn !== undefined && { allowed_room_ids: [...letsIn] }),
});
