/**
 * Keys that a successful reply must have, since many schemas of the specification take an empty object. A path goes down with `/`; `*` stands
 * for every element of a list and every value of an object, and a step that ends with `?` may be missing. Endpoints are named as in their table.
 */
export const MUST_HAVE: Readonly<Record<string, readonly string[]>> = {
  'GET /.well-known/matrix/client': ['m.homeserver/base_url'],
  'GET /_matrix/client/versions': ['versions', 'unstable_features'],
  'GET /_matrix/client/v3/capabilities': ['capabilities'],
  'GET /_matrix/client/v3/login': ['flows/*/type'],
  'POST /_matrix/client/v3/login': ['access_token', 'device_id', 'user_id'],
  'POST /_matrix/client/v1/login/get_token': ['login_token', 'expires_in_ms'],
  'POST /_matrix/client/v3/refresh': ['access_token'],
  'POST /_matrix/client/v3/register': ['user_id'],
  'GET /_matrix/client/v3/register/available': ['available'],
  'GET /_matrix/client/v1/register/m.login.registration_token/validity': ['valid'],
  'GET /_matrix/client/v3/account/whoami': ['user_id', 'is_guest'],
  'POST /_matrix/client/v3/account/deactivate': ['id_server_unbind_result'],
  'GET /_matrix/client/v3/devices': ['devices/*/device_id'],
  'GET /_matrix/client/v3/devices/:deviceId': ['device_id'],
  'GET /_matrix/client/v3/directory/room/:roomAlias': ['room_id', 'servers/*'],
  'GET /_matrix/client/v3/rooms/:roomId/aliases': ['aliases'],
  'GET /_matrix/client/v3/directory/list/room/:roomId': ['visibility'],
  'GET /_matrix/client/v3/publicRooms': [
    'chunk/*/room_id',
    'chunk/*/num_joined_members',
    'chunk/*/world_readable',
    'chunk/*/guest_can_join',
    'total_room_count_estimate',
  ],
  'POST /_matrix/client/v3/publicRooms': ['chunk/*/room_id', 'chunk/*/num_joined_members', 'total_room_count_estimate'],
  'POST /_matrix/client/v3/createRoom': ['room_id'],
  'POST /_matrix/client/v3/rooms/:roomId/join': ['room_id'],
  'POST /_matrix/client/v3/join/:roomIdOrAlias': ['room_id'],
  'POST /_matrix/client/v3/knock/:roomIdOrAlias': ['room_id'],
  'POST /_matrix/client/v3/rooms/:roomId/upgrade': ['replacement_room'],
  'GET /_matrix/client/v3/joined_rooms': ['joined_rooms'],
  'PUT /_matrix/client/v3/rooms/:roomId/send/:eventType/:txnId': ['event_id'],
  'PUT /_matrix/client/v3/rooms/:roomId/redact/:eventId/:txnId': ['event_id'],
  'PUT /_matrix/client/v3/rooms/:roomId/state/:eventType': ['event_id'],
  'PUT /_matrix/client/v3/rooms/:roomId/state/:eventType/:stateKey': ['event_id'],
  'GET /_matrix/client/v3/rooms/:roomId/event/:eventId': ['event_id', 'room_id', 'sender', 'type', 'content', 'origin_server_ts'],
  'GET /_matrix/client/v3/rooms/:roomId/state': ['*/event_id', '*/room_id', '*/state_key', '*/sender', '*/type', '*/content', '*/origin_server_ts'],
  'GET /_matrix/client/v3/rooms/:roomId/members': ['chunk/*/event_id', 'chunk/*/state_key', 'chunk/*/content/membership'],
  'GET /_matrix/client/v3/rooms/:roomId/joined_members': ['joined'],
  'GET /_matrix/client/v3/rooms/:roomId/messages': ['start', 'chunk/*/event_id', 'chunk/*/room_id'],
  'GET /_matrix/client/v3/rooms/:roomId/context/:eventId': [
    'event/event_id',
    'events_before/*/event_id',
    'events_after/*/event_id',
    'start',
    'end',
    'state/*/event_id',
  ],
  'GET /_matrix/client/v1/rooms/:roomId/timestamp_to_event': ['event_id', 'origin_server_ts'],
  'GET /_matrix/client/v1/rooms/:roomId/relations/:eventId': ['chunk/*/event_id'],
  'GET /_matrix/client/v1/rooms/:roomId/relations/:eventId/:relType': ['chunk/*/event_id'],
  'GET /_matrix/client/v1/rooms/:roomId/relations/:eventId/:relType/:eventType': ['chunk/*/event_id'],
  'GET /_matrix/client/v1/rooms/:roomId/threads': ['chunk/*/event_id', 'chunk/*/unsigned/m.relations'],
  'GET /_matrix/client/v3/sync': ['next_batch', 'rooms?/join?/*/timeline/events', 'rooms?/join?/*/timeline/limited', 'device_one_time_keys_count'],
  'POST /_matrix/client/v3/user/:userId/filter': ['filter_id'],
  'GET /_matrix/client/v3/user/:userId/rooms/:roomId/tags': ['tags'],
  'GET /_matrix/client/v3/pushrules/': ['global/override', 'global/content', 'global/room', 'global/sender', 'global/underride'],
  'GET /_matrix/client/v3/pushrules/global/': ['override', 'content', 'room', 'sender', 'underride'],
  'GET /_matrix/client/v3/pushrules/global/:kind/:ruleId': ['rule_id', 'default', 'enabled', 'actions'],
  'GET /_matrix/client/v3/pushrules/global/:kind/:ruleId/enabled': ['enabled'],
  'GET /_matrix/client/v3/pushrules/global/:kind/:ruleId/actions': ['actions'],
  'GET /_matrix/client/v3/presence/:userId/status': ['presence'],
  'POST /_matrix/client/v3/user_directory/search': ['limited', 'results/*/user_id'],
  'GET /_matrix/client/v1/media/config': ['m.upload.size'],
  'GET /_matrix/media/v3/config': ['m.upload.size'],
  'POST /_matrix/media/v3/upload': ['content_uri'],
  'POST /_matrix/media/v1/create': ['content_uri', 'unused_expires_at'],
  'POST /_matrix/client/v3/keys/upload': ['one_time_key_counts'],
  'POST /_matrix/client/v3/keys/query': ['device_keys', 'failures'],
  'POST /_matrix/client/v3/keys/claim': ['one_time_keys', 'failures'],
  'GET /_matrix/client/v3/keys/changes': ['changed', 'left'],
  'POST /_matrix/client/v3/keys/signatures/upload': ['failures'],
  'POST /_matrix/client/v3/room_keys/version': ['version'],
  'GET /_matrix/client/v3/room_keys/version': ['algorithm', 'auth_data', 'count', 'etag', 'version'],
  'GET /_matrix/client/v3/room_keys/version/:version': ['algorithm', 'auth_data', 'count', 'etag', 'version'],
  'PUT /_matrix/client/v3/room_keys/keys': ['etag', 'count'],
  'GET /_matrix/client/v3/room_keys/keys': ['rooms/*/sessions/*/session_data'],
  'DELETE /_matrix/client/v3/room_keys/keys': ['etag', 'count'],
  'PUT /_matrix/client/v3/room_keys/keys/:roomId': ['etag', 'count'],
  'GET /_matrix/client/v3/room_keys/keys/:roomId': ['sessions/*/session_data'],
  'DELETE /_matrix/client/v3/room_keys/keys/:roomId': ['etag', 'count'],
  'PUT /_matrix/client/v3/room_keys/keys/:roomId/:sessionId': ['etag', 'count'],
  'GET /_matrix/client/v3/room_keys/keys/:roomId/:sessionId': ['first_message_index', 'forwarded_count', 'is_verified', 'session_data'],
  'DELETE /_matrix/client/v3/room_keys/keys/:roomId/:sessionId': ['etag', 'count'],
  'GET /_synapse/admin/v1/register': ['nonce'],
  'POST /_synapse/admin/v1/register': ['access_token', 'user_id', 'home_server', 'device_id'],
};

/** @returns the paths that a reply lacks */
export function missingKeys(paths: readonly string[], reply: unknown): readonly string[] {
  return paths.filter((path) => !has(reply, path.split('/')));
}

function has(value: unknown, [step, ...rest]: readonly string[]): boolean {
  if (step === undefined) return true;
  if (typeof value !== 'object' || value === null) return false;
  if (step === '*') return Object.values(value).every((each) => has(each, rest));
  const key = step.replace(/\?$/, '');
  if (!Object.hasOwn(value, key)) return key !== step;
  return has((value as Readonly<Record<string, unknown>>)[key], rest);
}
