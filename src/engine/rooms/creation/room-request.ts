import { Type as t, type Static } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { JsonObject } from '../../../core/json.ts';
import { badJson, invalidParam } from '../../../kernel/errors.ts';

const jsonObject = t.Unsafe<JsonObject>(t.Object({}));

/** Each is asked about at an identity server, and perhaps sent a mail, before the room is made. */
const MAX_INVITED_BY_MAIL = 20;
const invitee = t.Object({ medium: t.String(), address: t.String(), id_server: t.String(), id_access_token: t.String() });

const roomRequest = t.Object({
  visibility: t.Optional(t.Union([t.Literal('public'), t.Literal('private')])),
  room_alias_name: t.Optional(t.String()),
  name: t.Optional(t.String()),
  topic: t.Optional(t.String()),
  invite: t.Optional(t.Array(t.String())),
  invite_3pid: t.Optional(t.Array(invitee, { maxItems: MAX_INVITED_BY_MAIL })),
  room_version: t.Optional(t.String()),
  creation_content: t.Optional(jsonObject),
  initial_state: t.Optional(t.Array(t.Object({ type: t.String(), state_key: t.Optional(t.String()), content: jsonObject }))),
  preset: t.Optional(t.Union([t.Literal('private_chat'), t.Literal('public_chat'), t.Literal('trusted_private_chat')])),
  is_direct: t.Optional(t.Boolean()),
  power_level_content_override: t.Optional(jsonObject),
});

/** The body of https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3createroom */
export type RoomRequest = Static<typeof roomRequest>;

/** Users that are invited, and pieces of state that are set, while a room is made: all of it is one transaction, in which nothing else happens. */
const MAX_INVITES = 250;
const MAX_INITIAL_STATE = 250;

/**
 * Reads the body of a request for a room, after the modules may have rewritten it.
 * @throws M_BAD_JSON naming the first key that is wrong, M_INVALID_PARAM where it asks for too much at once
 */
export function readRoomRequest(body: Readonly<Record<string, unknown>>): RoomRequest {
  if (Value.Check(roomRequest, body)) return bounded(body);
  const problem = Value.Errors(roomRequest, body).First();
  throw badJson(`${problem?.path.slice(1).replaceAll('/', '.') ?? 'The body'} is not valid: ${problem?.message ?? 'it does not fit'}`);
}

function bounded(request: RoomRequest): RoomRequest {
  const { invite = [], initial_state: state = [] } = request;
  if (invite.length > MAX_INVITES) throw invalidParam(`A new room can invite at most ${MAX_INVITES} users; invite the others afterwards`);
  if (state.length > MAX_INITIAL_STATE) throw invalidParam(`initial_state can hold at most ${MAX_INITIAL_STATE} events; send the others afterwards`);
  return request;
}
