import { checkPowerLevelsFormat, NotAllowed } from '../../core/auth-rules.ts';
import type { RoomId, ServerName, UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import type { RoomVersion } from '../../core/room-versions.ts';
import { compileServerAcl } from '../../core/server-acl.ts';
import { badJson, invalidParam } from '../../kernel/errors.ts';

const NOBODY: ReadonlySet<UserId> = new Set();

/**
 * Checks state that a client wants to set, where the specification gives its content a form that servers depend on.
 * @param creators who made the room; nobody has yet where it is only being made
 * @throws M_BAD_JSON
 */
export function checkStateContent(type: string, content: JsonObject, version: RoomVersion, creators: ReadonlySet<UserId> = NOBODY): void {
  if (type === 'm.room.redaction') throw badJson('A redaction is not state: redact events by /redact or /send');
  if (type === 'm.room.create') throw badJson('A room has one create event, its first: what it says stays as it is');
  if (type !== 'm.room.power_levels') return;
  try {
    checkPowerLevelsFormat(content, version, creators);
  } catch (error) {
    throw error instanceof NotAllowed ? badJson(error.message) : error;
  }
}

/**
 * Refuses state by which a room would be lost to those who set it: an access list that keeps their own server out, which "renders the room
 * unusable" (https://spec.matrix.org/v1.19/client-server-api/#mroomserver_acl), and a replacement that is the room itself.
 * @param roomId undefined where the room is only being made
 * @throws M_INVALID_PARAM
 */
export function checkKeepsRoom(type: string, content: JsonObject, roomId: RoomId | undefined, serverName: ServerName): void {
  if (type === 'm.room.server_acl' && !compileServerAcl(content)(serverName)) {
    throw invalidParam(`This would keep ${serverName} itself out of the room, and you with it: "allow" has to let it in, and "deny" may not name it`);
  }
  if (type === 'm.room.tombstone' && roomId !== undefined && content['replacement_room'] === roomId) {
    throw invalidParam('A room cannot be replaced by itself');
  }
}
