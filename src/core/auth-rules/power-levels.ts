/** The rule on m.room.power_levels: https://spec.matrix.org/v1.19/rooms/v12/#authorisation-rules */
import type { Event } from '../event.ts';
import { isUserId, type UserId } from '../identifiers.ts';
import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import { readLevel } from '../power-levels.ts';
import type { RoomVersion } from '../room-versions.ts';
import { NotAllowed } from './not-allowed.ts';
import type { RoomAtEvent } from './room-at-event.ts';

const NAMED_LEVELS = ['users_default', 'events_default', 'state_default', 'ban', 'redact', 'kick', 'invite'];

type Levels = ReadonlyMap<string, number>;
const NONE: Levels = new Map();

/** The levels of one power levels event, read by the rules of its room version. */
interface LevelTables {
  readonly named: Levels;
  readonly events: Levels;
  readonly notifications: Levels;
  readonly users: Levels;
}

/** @throws NotAllowed */
export function checkPowerLevels(event: Event, room: RoomAtEvent): void {
  const next = readTables(event.content, room.version);
  checkUsers(next.users, room.version, room.levels.creators);
  const previous = room.state('m.room.power_levels', '');
  if (previous === undefined) return;
  const current = readTables(previous.content, room.version);
  const own = room.levelOf(event.sender);
  forEachChange(current.named, next.named, limitChange(own));
  forEachChange(current.events, next.events, limitChange(own));
  forEachChange(current.notifications, next.notifications, limitChange(own));
  forEachChange(current.users, next.users, (user, from, to) => {
    if (user !== event.sender && from !== undefined && from >= own) {
      throw new NotAllowed(`The power level of ${user} is ${from}, which only somebody above it may change; you have ${own}`);
    }
    if (to !== undefined && to > own) throw new NotAllowed(`Nobody can give ${user} power level ${to} who has only ${own} themselves`);
  });
}

/**
 * Checks the form of power levels alone: every level a number in the way of the room version, every user a user id, and no creator among them who stands above them.
 * @throws NotAllowed
 */
export function checkPowerLevelsFormat(content: JsonObject, version: RoomVersion, creators: ReadonlySet<UserId>): void {
  checkUsers(readTables(content, version).users, version, creators);
}

function checkUsers(users: Levels, version: RoomVersion, creators: ReadonlySet<UserId>): void {
  for (const user of users.keys()) {
    if (!isUserId(user)) throw new NotAllowed(`"${user}" in the power levels is no user id`);
    if (version.privilegedCreators && creators.has(user)) {
      throw new NotAllowed(`${user} made the room and stands above its power levels, so must not be among them`);
    }
  }
}

const limitChange = (own: number) => (name: string, from: number | undefined, to: number | undefined) => {
  const highest = Math.max(from ?? -Infinity, to ?? -Infinity);
  if (highest > own)
    throw new NotAllowed(`Changing the level of ${name} between ${from ?? 'none'} and ${to ?? 'none'} needs ${highest}; you have ${own}`);
};

type OnChange = (name: string, from: number | undefined, to: number | undefined) => void;

function forEachChange(current: Levels, next: Levels, onChange: OnChange): void {
  for (const name of new Set([...current.keys(), ...next.keys()])) {
    const [from, to] = [current.get(name), next.get(name)];
    if (from !== to) onChange(name, from, to);
  }
}

function readTables(content: JsonObject, version: RoomVersion): LevelTables {
  const named = NAMED_LEVELS.filter((name) => Object.hasOwn(content, name)).map((name) => [name, content[name]] as const);
  return {
    named: readAll(named, version),
    events: readTable(content, 'events', version),
    notifications: version.notificationLevelsRule ? readTable(content, 'notifications', version) : NONE,
    users: readTable(content, 'users', version),
  };
}

function readTable(content: JsonObject, key: string, version: RoomVersion): Levels {
  if (!Object.hasOwn(content, key)) return NONE;
  const table = content[key];
  if (!isObject(table)) throw new NotAllowed(`"${key}" in the power levels must be an object`);
  return readAll(Object.entries(table), version);
}

function readAll(entries: (readonly [string, JsonValue | undefined])[], version: RoomVersion): Levels {
  const levels = new Map<string, number>();
  for (const [name, value] of entries) {
    const level = readLevel(value, version);
    if (level === undefined) throw new NotAllowed(`The power level of ${name} must be an integer, not ${JSON.stringify(value)}`);
    levels.set(name, level);
  }
  return levels;
}
