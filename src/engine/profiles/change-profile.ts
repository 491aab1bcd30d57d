import { isDeepStrictEqual } from 'node:util';
import type { UserId } from '../../core/identifiers.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { MatrixError } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as profileUpdates from '../../store/profile-updates.ts';
import * as profiles from '../../store/profiles.ts';
import { isShownInRooms } from './profile-field.ts';

/** Bytes of a whole profile as JSON. */
const MAX_PROFILE = 65_536;

/**
 * Sets a field of a profile. What rooms show of it is carried there in the background.
 * @param value undefined deletes the field
 * @returns the profile as it is now; undefined when nothing has changed
 * @throws M_PROFILE_TOO_LARGE
 */
export function* changeProfile(userId: UserId, name: string, value: JsonValue | undefined): Work<JsonObject | undefined> {
  const profile = yield* profiles.find(userId);
  if (isDeepStrictEqual(profile[name], value)) return undefined;
  if (value === undefined) yield* profiles.remove(userId, name);
  else {
    if (Buffer.byteLength(JSON.stringify({ ...profile, [name]: value })) >= MAX_PROFILE) {
      throw new MatrixError(400, 'M_PROFILE_TOO_LARGE', `The whole profile has to be smaller than ${MAX_PROFILE} bytes`);
    }
    yield* profiles.put(userId, name, value);
  }
  if (isShownInRooms(name)) yield* profileUpdates.addAllRoomsOf(userId);
  return yield* profiles.find(userId);
}
