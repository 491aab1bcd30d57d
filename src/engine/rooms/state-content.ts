import { checkPowerLevelsFormat, NotAllowed } from '../../core/auth-rules.ts';
import type { JsonObject } from '../../core/json.ts';
import type { RoomVersion } from '../../core/room-versions.ts';
import { badJson } from '../../kernel/errors.ts';

/**
 * Checks state that a client wants to set, where the specification gives its content a form that servers depend on.
 * @throws M_BAD_JSON
 */
export function checkStateContent(type: string, content: JsonObject, version: RoomVersion): void {
  if (type === 'm.room.redaction') throw badJson('A redaction is not state: redact events by /redact or /send');
  if (type !== 'm.room.power_levels') return;
  try {
    checkPowerLevelsFormat(content, version);
  } catch (error) {
    throw error instanceof NotAllowed ? badJson(error.message) : error;
  }
}
