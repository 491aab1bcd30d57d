import type { JsonObject, JsonValue } from 'plexus/module';
import type { RoomPolicyConfig } from './config.ts';

type Content = Record<string, JsonValue>;

/** Changes a createRoom request so that the room will be as it must. */
export function forceSettings(request: Content, forced: RoomPolicyConfig['forced']): void {
  const { encryption, federate, room_version: version, history_visibility: visibility } = forced;
  if (version !== undefined) request['room_version'] = version;
  if (federate !== undefined) request['creation_content'] = { ...objectAt(request, 'creation_content'), 'm.federate': federate };
  if (visibility !== undefined) forceState(request, 'm.room.history_visibility', { history_visibility: visibility });
  if (encryption && !isPublic(request)) forceState(request, 'm.room.encryption', { algorithm: 'm.megolm.v1.aes-sha2' });
}

/** What a request asks for becomes public by its preset, or by its visibility where it names no preset. */
const isPublic = ({ preset, visibility }: Content): boolean => (preset === undefined ? visibility === 'public' : preset === 'public_chat');

function forceState(request: Content, type: string, content: JsonObject): void {
  const asked = request['initial_state'];
  const others = Array.isArray(asked) ? (asked as JsonValue[]).filter((event) => !isOfType(event, type)) : [];
  request['initial_state'] = [...others, { type, state_key: '', content }];
}

const isObject = (value: JsonValue | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
const isOfType = (event: JsonValue, type: string): boolean => isObject(event) && event['type'] === type && (event['state_key'] ?? '') === '';

function objectAt(object: Content, key: string): JsonObject {
  const value = object[key];
  return isObject(value) ? value : {};
}
