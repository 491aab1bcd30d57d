import { checkPowerLevelsFormat, NotAllowed } from '../../core/auth-rules.ts';
import type { UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import type { RoomVersion } from '../../core/room-versions.ts';
import { badJson } from '../../kernel/errors.ts';

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
