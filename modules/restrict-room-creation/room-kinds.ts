import { requestedRoom, type JsonObject } from 'plexus/module';

/** What a new room is; one room may be several of these. */
export const KINDS = ['public', 'private', 'direct', 'encrypted', 'unencrypted', 'space'] as const;
export type RoomKind = (typeof KINDS)[number];

/** What a createRoom request asks for; of an upgrade, its `creation_content` and `initial_state`. */
export function kindsOf(request: JsonObject): readonly RoomKind[] {
  const { isPublic, isEncrypted, isDirect, roomType } = requestedRoom(request);
  return [
    isPublic ? 'public' : 'private',
    isEncrypted ? 'encrypted' : 'unencrypted',
    ...(isDirect ? (['direct'] as const) : []),
    ...(roomType === 'm.space' ? (['space'] as const) : []),
  ];
}
