import { randomBytes } from 'node:crypto';
import type { EventTemplate } from '../../core/event.ts';
import { isUserId, type RoomId, type UserId } from '../../core/identifiers.ts';
import { isObject, stringAt, type JsonObject } from '../../core/json.ts';
import { DEFAULT_ROOM_VERSION, roomVersion } from '../../core/room-versions.ts';
import { badJson, MatrixError } from '../../kernel/errors.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import { defineOperation } from '../define.ts';

/** Makes a room: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3createroom */
export const createRoom = defineOperation({
  name: 'create-room',
  before: (who: Requester, input: Record<string, unknown>) => ({ on_create_room: [who, input, who.isAdmin] as const }),
  prepare(context, who: Requester, input: Record<string, unknown>) {
    const body = input as JsonObject;
    const version = roomVersion(stringAt(body, 'room_version') ?? DEFAULT_ROOM_VERSION);
    if (version === undefined) throw new MatrixError(400, 'M_UNSUPPORTED_ROOM_VERSION', 'This server does not know that room version');
    const invited = Array.isArray(body['invite']) ? body['invite'] : [];
    const invitees = invited.map((id: unknown): UserId => {
      if (typeof id !== 'string' || !isUserId(id)) throw badJson(`${String(id)} is not a user id`);
      return id;
    });
    const id = version.roomIds === 'domain' ? (`!${randomBytes(18).toString('base64url')}:${context.serverName}` as RoomId) : undefined;
    const sender = who.userId;
    const state = (type: string, stateKey: string, content: JsonObject): EventTemplate => ({ type, stateKey, sender, content });
    const creation = isObject(body['creation_content']) ? body['creation_content'] : {};
    const name = stringAt(body, 'name');
    const events = [
      state('m.room.create', '', { ...creation, room_version: version.id, ...(version.creator === 'content' && { creator: sender }) }),
      state('m.room.member', sender, { membership: 'join' }),
      state('m.room.power_levels', '', { users: version.privilegedCreators ? {} : { [sender]: 100 } }),
      state('m.room.join_rules', '', { join_rule: stringAt(body, 'preset') === 'public_chat' ? 'public' : 'invite' }),
      state('m.room.history_visibility', '', { history_visibility: 'shared' }),
      ...(name === undefined ? [] : [state('m.room.name', '', { name })]),
      ...invitees.map((invitee) => state('m.room.member', invitee, { membership: 'invite' })),
    ];
    return { who, body, version, id, events, invitees };
  },
  gates: (draft) => ({
    user_may_create_room: [[draft.who.userId, draft.body]],
    user_may_create_room_alias: [],
    user_may_publish_room: [],
    user_may_invite: draft.invitees.map((invitee) => [draft.who.userId, invitee, draft.id ?? ('' as RoomId)] as const),
  }),
  events: (draft) => [{ room: { create: draft.version, id: draft.id }, events: draft.events }],
  *commit(_draft, [create]): Work<RoomId> {
    if (create === undefined) throw new Error('The room was not made');
    return create.roomId;
  },
});
