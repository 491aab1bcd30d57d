/** The form of events: the section "Event format" of each of https://spec.matrix.org/v1.19/rooms/ */
import { canonicalJson, NotCanonical } from './canonical-json.ts';
import { isEventId, isRoomId, isUserId } from './identifiers.ts';
import { InvalidEvent } from './invalid-event.ts';
import { isObject, stringAt, type JsonObject, type JsonValue } from './json.ts';
import type { RoomVersion } from './room-versions.ts';

const MAX_AUTH_EVENTS = 10;
const MAX_PREV_EVENTS = 20;

const isString = (value: JsonValue | undefined): value is string => typeof value === 'string';
const isArray = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value);
const isObjectOf = (value: JsonValue | undefined, test: (value: JsonValue) => boolean): boolean =>
  isObject(value) && Object.values(value).every(test);

/**
 * Checks an event that came from outside against its room version's event format.
 * @throws InvalidEvent naming the field that is wrong
 */
export function checkEventFormat(pdu: JsonObject, version: RoomVersion): void {
  const need = (holds: boolean, what: string): void => {
    if (!holds) throw new InvalidEvent(`The event is malformed: ${what}`);
  };
  const field = (key: string): JsonValue | undefined => (Object.hasOwn(pdu, key) ? pdu[key] : undefined);
  const [type, sender, stateKey, redacts, unsigned] = [field('type'), field('sender'), field('state_key'), field('redacts'), field('unsigned')];

  need(isString(type), 'type must be a string');
  need(isString(sender) && isUserId(sender), 'sender must be a user id');
  need(stateKey === undefined || isString(stateKey), 'state_key must be a string');
  need(isObject(field('content')), 'content must be an object');
  need(hasContentHash(field('hashes')), 'hashes must hold sha256');
  need(
    isObjectOf(field('signatures'), (keys) => isObjectOf(keys, isString)),
    'signatures must be an object of objects of strings',
  );
  need(unsigned === undefined || isObject(unsigned), 'unsigned must be an object');
  need(isInteger(field('origin_server_ts'), version), 'origin_server_ts must be an integer');
  need(isDepth(field('depth'), version), 'depth must be an integer from 0');
  need(isReferences(field('auth_events'), MAX_AUTH_EVENTS, version), `auth_events must be up to ${MAX_AUTH_EVENTS} references to events`);
  need(isReferences(field('prev_events'), MAX_PREV_EVENTS, version), `prev_events must be up to ${MAX_PREV_EVENTS} references to events`);
  need(hasRoomId(field('room_id'), type, version), 'room_id must be a room id');
  need(version.redacts === 'content' || redacts === undefined || isString(redacts), 'redacts must be a string');
  checkCanonical(pdu, version);
}

const hasContentHash = (hashes: JsonValue | undefined): boolean => isObject(hashes) && stringAt(hashes, 'sha256') !== undefined;

/** Integers up to 2^63 were allowed before canonical JSON was enforced; Number.isInteger holds for their rounded values too. */
const isInteger = (value: JsonValue | undefined, version: RoomVersion): value is number =>
  version.json === 'strict' ? Number.isSafeInteger(value) : Number.isInteger(value);

const isDepth = (value: JsonValue | undefined, version: RoomVersion): boolean => isInteger(value, version) && value >= 0;

function isReferences(value: JsonValue | undefined, max: number, version: RoomVersion): boolean {
  if (!isArray(value) || value.length > max) return false;
  return value.every((item) => {
    if (version.references === 'id') return isString(item) && isEventId(item);
    return isArray(item) && item.length === 2 && isString(item[0]) && isEventId(item[0]) && isObject(item[1]);
  });
}

/** A create event whose id becomes the room's has no room_id; that it must not is for the auth rules to say. */
const hasRoomId = (roomId: JsonValue | undefined, type: JsonValue | undefined, version: RoomVersion): boolean =>
  (version.roomIds === 'create-hash' && type === 'm.room.create') || (isString(roomId) && isRoomId(roomId));

function checkCanonical(pdu: JsonObject, version: RoomVersion): void {
  if (version.json === 'lax') return;
  const { unsigned: _unsigned, ...rest } = pdu;
  try {
    canonicalJson(rest);
  } catch (error) {
    if (error instanceof NotCanonical) throw new InvalidEvent(`The event is malformed: ${error.message}`, { cause: error });
    throw error;
  }
}
