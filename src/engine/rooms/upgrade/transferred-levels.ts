import type { Event } from '../../../core/event.ts';
import { isUserId, type UserId } from '../../../core/identifiers.ts';
import { isObject, objectAt, type JsonObject, type JsonValue } from '../../../core/json.ts';
import { creatorsOf, readLevel } from '../../../core/power-levels.ts';
import type { RoomVersion } from '../../../core/room-versions.ts';
import { guardTombstone } from '../creation/initial-power-levels.ts';
import type { OldRoom } from './old-room.ts';

const CREATOR_LEVEL = 100;
const TABLES = ['events', 'users', 'notifications'] as const;

/**
 * The power levels of the room that replaces another: the same, in the way of the new version.
 * @param create the new room's create event
 */
export function transferredLevels(old: OldRoom, version: RoomVersion, create: Pick<Event, 'version' | 'content' | 'sender'>): JsonObject {
  const content = asIntegers(old.powerLevels?.content ?? {}, old.create.version);
  const users = new Map(Object.entries(objectAt(content, 'users') ?? {}).filter(([userId]) => isUserId(userId)));
  const hadLevelsOfTheirOwn = old.powerLevels !== undefined && !old.create.version.privilegedCreators;
  if (!version.privilegedCreators) {
    if (!hadLevelsOfTheirOwn) for (const creator of old.levels.creators) users.set(creator, highest(content));
    return { ...content, users: Object.fromEntries(users) };
  }
  // Whoever upgrades names the creators anew; those of the old room do not come with it.
  for (const creator of creatorsOf(create)) users.delete(creator);
  const transferred = { ...content, users: Object.fromEntries(users) };
  return guardTombstone(transferred, isTombstoneGuarded(transferred) ? transferred : {});
}

/** The same content with one user raised to a level. */
export const withLevel = (content: JsonObject, userId: UserId, level: number): JsonObject => ({
  ...content,
  users: { ...objectAt(content, 'users'), [userId]: level },
});

const isTombstoneGuarded = (content: JsonObject): boolean =>
  Number(objectAt(content, 'events')?.['m.room.tombstone'] ?? -Infinity) > Number(content['state_default'] ?? 50);

/** What somebody needs who could do everything in the old room without having a level. */
const highest = (content: JsonObject): number =>
  Math.max(CREATOR_LEVEL, ...Object.values({ ...content, ...objectAt(content, 'events') }).filter((level) => typeof level === 'number'));

/** Levels were once allowed to be strings and floats. What stands for no level at all is left out. */
function asIntegers(content: JsonObject, version: RoomVersion): JsonObject {
  const tables = TABLES.filter((table) => Object.hasOwn(content, table)).map((table) => [table, levelsIn(objectAt(content, table) ?? {}, version)]);
  return { ...levelsIn(content, version), ...(Object.fromEntries(tables) as JsonObject) };
}

function levelsIn(object: JsonObject, version: RoomVersion): JsonObject {
  const levels = Object.entries(object)
    .filter(([, value]) => !isObject(value))
    .map(([key, value]): [string, JsonValue | undefined] => [key, readLevel(value, version)]);
  return Object.fromEntries(levels.filter(([, level]) => level !== undefined)) as JsonObject;
}
