import type { UserId } from '../../../core/identifiers.ts';
import { objectAt, type JsonObject, type JsonValue } from '../../../core/json.ts';
import type { Preset } from '../../../core/room-presets.ts';
import type { RoomVersion } from '../../../core/room-versions.ts';

const CREATOR_LEVEL = 100;
const STATE_DEFAULT = 50;
/** Above everybody whom the power levels name by default, so that creators alone may end a room. */
const CREATORS_TOMBSTONE_LEVEL = 150;

/**
 * The content of a new room's m.room.power_levels.
 * @param trusted those who are invited with the creator's rights
 * @param override laid over the defaults, key by key
 */
export function initialPowerLevels(
  version: RoomVersion,
  creator: UserId,
  preset: Preset,
  trusted: readonly UserId[],
  override: JsonObject = {},
): JsonObject {
  const users = version.privilegedCreators ? [] : [creator, ...trusted];
  const content = {
    users: Object.fromEntries(users.map((userId) => [userId, CREATOR_LEVEL])),
    users_default: 0,
    events: {
      'm.room.name': 50,
      'm.room.avatar': 50,
      'm.room.canonical_alias': 50,
      'm.room.power_levels': 100,
      'm.room.history_visibility': 100,
      'm.room.encryption': 100,
      'm.room.server_acl': 100,
      'm.room.tombstone': 100,
    },
    events_default: 0,
    state_default: STATE_DEFAULT,
    ban: 50,
    kick: 50,
    redact: 50,
    invite: preset.inviteLevel,
  };
  return version.privilegedCreators ? guardTombstone({ ...content, ...override }, override) : { ...content, ...override };
}

/**
 * Where creators stand above all levels, the level of m.room.tombstone must be above `state_default`, unless the client chose another
 * (https://spec.matrix.org/v1.19/client-server-api/#mroompower_levels).
 */
export function guardTombstone(content: JsonObject, chosen: JsonObject): JsonObject {
  if (Object.hasOwn(objectAt(chosen, 'events') ?? {}, 'm.room.tombstone')) return content;
  const stateDefault = levelOr(content['state_default'], STATE_DEFAULT);
  const events = { ...objectAt(content, 'events'), 'm.room.tombstone': Math.max(CREATORS_TOMBSTONE_LEVEL, stateDefault + 1) };
  return { ...content, events };
}

const levelOr = (value: JsonValue | undefined, otherwise: number): number => (Number.isSafeInteger(value) ? (value as number) : otherwise);
