import { initialStateWith, requestedRoom, type JsonObject, type JsonValue } from 'plexus/module';
import type { RoomPolicyConfig } from './config.ts';

type Content = Record<string, JsonValue>;

/** Changes a createRoom request so that the room will be as it must. */
export function forceSettings(request: Content, forced: RoomPolicyConfig['forced']): void {
  const { encryption, federate, room_version: version, history_visibility: visibility } = forced;
  if (version !== undefined) request['room_version'] = version;
  if (federate !== undefined) request['creation_content'] = { ...objectAt(request, 'creation_content'), 'm.federate': federate };
  if (visibility !== undefined) forceState(request, 'm.room.history_visibility', { history_visibility: visibility });
  if (encryption && !requestedRoom(request).isPublic) forceState(request, 'm.room.encryption', { algorithm: 'm.megolm.v1.aes-sha2' });
}

function forceState(request: Content, type: string, content: JsonObject): void {
  request['initial_state'] = initialStateWith(request, type, content);
}

function objectAt(object: Content, key: string): JsonObject {
  const value = object[key];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
