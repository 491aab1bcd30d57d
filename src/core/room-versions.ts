/** The versions of the rules of rooms, as records of flags: https://spec.matrix.org/v1.19/rooms/ */
import type { JsonRules } from './canonical-json.ts';
import { REDACTION_V1, REDACTION_V11, REDACTION_V6, REDACTION_V8, REDACTION_V9, type RedactionRules } from './redaction-rules.ts';

/** One version of the rules of a room. Code asks for a flag, never for the version's number. */
export interface RoomVersion {
  readonly id: string;
  readonly stable: boolean;
  /** Where an event's id comes from: a field of the event, or its reference hash in one of two spellings. */
  readonly eventIds: 'field' | 'base64' | 'url-safe-base64';
  /** How prev_events and auth_events name events: as [id, hashes] or as plain ids. */
  readonly references: 'id-and-hash' | 'id';
  /** A room's id is made up by the server, or is the hash of the create event (which then has no room_id). */
  readonly roomIds: 'domain' | 'create-hash';
  readonly stateResolution: 'v1' | 'v2' | 'v2.1';
  /** Whether canonical JSON is enforced. */
  readonly json: JsonRules;
  readonly redaction: RedactionRules;
  /** Where a redaction keeps the id of its target. */
  readonly redacts: 'top-level' | 'content';
  /** The room's creator is named in the create event's content, or is its sender. */
  readonly creator: 'content' | 'sender';
  /** Creators stand above all power levels, and there may be `additional_creators`. */
  readonly privilegedCreators: boolean;
  /** A signing key must have been valid at the event's origin_server_ts. */
  readonly enforcesKeyValidity: boolean;
  /** m.room.aliases has its own auth rule. */
  readonly aliasesRule: boolean;
  /** The auth rules ask for the redact level (later the check is made when the redaction is applied). */
  readonly redactionRule: boolean;
  /** A change of `notifications` in power levels is limited by the sender's level. */
  readonly notificationLevelsRule: boolean;
  readonly knocking: boolean;
  /** The join rule `restricted`. */
  readonly restrictedJoins: boolean;
  /** The join rule `knock_restricted`. */
  readonly knockRestrictedJoins: boolean;
  /** How a power level may be written; floats are truncated. */
  readonly powerLevels: 'integer' | 'integer-or-string' | 'float-or-string';
}

const V1: RoomVersion = {
  id: '1',
  stable: true,
  eventIds: 'field',
  references: 'id-and-hash',
  roomIds: 'domain',
  stateResolution: 'v1',
  json: 'lax',
  redaction: REDACTION_V1,
  redacts: 'top-level',
  creator: 'content',
  privilegedCreators: false,
  enforcesKeyValidity: false,
  aliasesRule: true,
  redactionRule: true,
  notificationLevelsRule: false,
  knocking: false,
  restrictedJoins: false,
  knockRestrictedJoins: false,
  powerLevels: 'float-or-string',
};
const V2: RoomVersion = { ...V1, id: '2', stateResolution: 'v2' };
const V3: RoomVersion = { ...V2, id: '3', eventIds: 'base64', references: 'id', redactionRule: false };
const V4: RoomVersion = { ...V3, id: '4', eventIds: 'url-safe-base64' };
const V5: RoomVersion = { ...V4, id: '5', enforcesKeyValidity: true };
const V6: RoomVersion = {
  ...V5,
  id: '6',
  json: 'strict',
  redaction: REDACTION_V6,
  aliasesRule: false,
  notificationLevelsRule: true,
  powerLevels: 'integer-or-string',
};
const V7: RoomVersion = { ...V6, id: '7', knocking: true };
const V8: RoomVersion = { ...V7, id: '8', redaction: REDACTION_V8, restrictedJoins: true };
const V9: RoomVersion = { ...V8, id: '9', redaction: REDACTION_V9 };
const V10: RoomVersion = { ...V9, id: '10', knockRestrictedJoins: true, powerLevels: 'integer' };
const V11: RoomVersion = { ...V10, id: '11', redaction: REDACTION_V11, redacts: 'content', creator: 'sender' };
const V12: RoomVersion = { ...V11, id: '12', roomIds: 'create-hash', stateResolution: 'v2.1', privilegedCreators: true };

/** All versions that rooms here may have, by their id. */
export const ROOM_VERSIONS: ReadonlyMap<string, RoomVersion> = new Map(
  [V1, V2, V3, V4, V5, V6, V7, V8, V9, V10, V11, V12].map((version) => [version.id, version]),
);

export const DEFAULT_ROOM_VERSION = '12';

/** The version with that id, or undefined when it is not supported. */
export const roomVersion = (id: string): RoomVersion | undefined => ROOM_VERSIONS.get(id);
