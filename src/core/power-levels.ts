/** Power levels: https://spec.matrix.org/v1.19/client-server-api/#mroompower_levels */
import type { Event } from './event.ts';
import { isUserId, serverOf, type UserId } from './identifiers.ts';
import { objectAt, type JsonObject, type JsonValue } from './json.ts';
import type { RoomVersion } from './room-versions.ts';

const DEFAULTS = { ban: 50, kick: 50, redact: 50, invite: 0, state_default: 50, events_default: 0, users_default: 0 };
const DEFAULT_NOTIFICATION_LEVEL = 50;
/** What the creator has while the room has no power levels event. */
const CREATOR_LEVEL = 100;
const INTEGER_TEXT = /^\s*[+-]?\d+\s*$/;

/** The integer that a value stands for, in the ways that the room version allows; undefined when it is none. */
export function readLevel(value: JsonValue | undefined, version: RoomVersion): number | undefined {
  if (Number.isSafeInteger(value)) return value as number;
  const level =
    typeof value === 'number' && version.powerLevels === 'float-or-string'
      ? Math.trunc(value)
      : typeof value === 'string' && version.powerLevels !== 'integer' && INTEGER_TEXT.test(value)
        ? Number(value)
        : NaN;
  return Number.isFinite(level) ? level : undefined;
}

/** The users who made a room: whoever sent its create event, or the creator that it names, and in later versions those beside them. */
export function creatorsOf(create: Pick<Event, 'version' | 'content' | 'sender'>): ReadonlySet<UserId> {
  const { version, content, sender } = create;
  if (version.creator === 'content') return new Set([content['creator']].filter(isUserIdValue));
  const additional = version.privilegedCreators ? content['additional_creators'] : undefined;
  return new Set([sender, ...(Array.isArray(additional) ? (additional as JsonValue[]).filter(isUserIdValue) : [])]);
}

const isUserIdValue = (value: JsonValue | undefined): value is UserId => typeof value === 'string' && isUserId(value);

/** Who may do what in a room, by its power levels and create events, with the specification's defaults for what they leave out. */
export class PowerLevels {
  readonly creators: ReadonlySet<UserId>;
  readonly #version: RoomVersion;
  readonly #content: JsonObject | undefined;

  /** @param powerLevels the m.room.power_levels event (or its content alone, before it is one); undefined when the room has none */
  constructor(
    version: RoomVersion,
    create: Pick<Event, 'version' | 'content' | 'sender'> | undefined,
    powerLevels: Pick<Event, 'content'> | undefined,
  ) {
    this.creators = create === undefined ? new Set<UserId>() : creatorsOf(create);
    this.#version = version;
    this.#content = powerLevels?.content;
  }

  /** A user's level; Infinity for the creators of rooms whose version puts them above all levels. */
  userLevel(userId: UserId): number {
    const isCreator = this.creators.has(userId);
    if (isCreator && this.#version.privilegedCreators) return Infinity;
    if (this.#content === undefined) return isCreator ? CREATOR_LEVEL : DEFAULTS.users_default;
    return this.#entry('users', userId) ?? this.#named('users_default');
  }

  /** The level of users that nothing names. */
  get usersDefault(): number {
    return this.#named('users_default');
  }

  /** What sending messages needs whose type has no level of its own. */
  get eventsDefault(): number {
    return this.#named('events_default');
  }

  /** The users who have a level of their own. */
  get namedUsers(): readonly UserId[] {
    return Object.keys((this.#content === undefined ? undefined : objectAt(this.#content, 'users')) ?? {}) as UserId[];
  }

  /** The level that sending an event of a type needs (membership events have rules of their own). */
  eventLevel(type: string, isState: boolean): number {
    return this.#entry('events', type) ?? this.#named(isState ? 'state_default' : 'events_default');
  }

  /** The level that notifying others in some way (`room` for @room) needs. */
  notificationLevel(key: string): number {
    return this.#entry('notifications', key) ?? DEFAULT_NOTIFICATION_LEVEL;
  }

  get ban(): number {
    return this.#named('ban');
  }

  get kick(): number {
    return this.#named('kick');
  }

  get invite(): number {
    return this.#named('invite');
  }

  get redact(): number {
    return this.#named('redact');
  }

  /** Whether a redaction takes effect: https://spec.matrix.org/v1.19/rooms/v12/#handling-redactions (one of another user's server counts as theirs). */
  mayRedact(sender: UserId, target: Pick<Event, 'sender'>): boolean {
    return this.userLevel(sender) >= this.redact || serverOf(sender) === serverOf(target.sender);
  }

  #named(name: keyof typeof DEFAULTS): number {
    const content = this.#content;
    const level = content !== undefined && Object.hasOwn(content, name) ? readLevel(content[name], this.#version) : undefined;
    return level ?? DEFAULTS[name];
  }

  #entry(map: 'users' | 'events' | 'notifications', key: string): number | undefined {
    const entries = this.#content === undefined ? undefined : objectAt(this.#content, map);
    return entries !== undefined && Object.hasOwn(entries, key) ? readLevel(entries[key], this.#version) : undefined;
  }
}
