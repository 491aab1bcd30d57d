import type { Brand } from './brand.ts';

/** Appendices, "Identifier Grammar": https://spec.matrix.org/v1.19/appendices/#identifier-grammar */
export type ServerName = Brand<'ServerName'>;
export type UserId = Brand<'UserId'>;
export type RoomId = Brand<'RoomId'>;
export type RoomAlias = Brand<'RoomAlias'>;
export type EventId = Brand<'EventId'>;
export type DeviceId = Brand<'DeviceId'>;

const MAX_BYTES = 255;
const SERVER_NAME = /^(?:\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9.-]{1,255})(?::\d{1,5})?$/;
/** User ids as rooms may still have them ("Historical User IDs"): nearly anything, or nothing. */
const HISTORICAL_LOCALPART = /^[^\0:\p{Surrogate}]*$/u;
/** User ids that may be made today. */
const LOCALPART = /^[a-z0-9._=/+-]+$/;
/** An id of a version 12 room is the hash of its create event, without a domain. */
const HASH_ROOM_ID = /^![A-Za-z0-9_-]{43}$/;
const OPAQUE = /^[^\0:\p{Surrogate}]+$/u;

const fits = (id: string): boolean => Buffer.byteLength(id) <= MAX_BYTES;

/** Splits `<sigil>local:domain` at the first colon; undefined when the form is wrong. */
function split(id: string, sigil: string): [local: string, domain: string] | undefined {
  if (!id.startsWith(sigil) || !fits(id)) return undefined;
  const colon = id.indexOf(':');
  if (colon < 1) return undefined;
  return [id.slice(1, colon), id.slice(colon + 1)];
}

export const isServerName = (name: string): name is ServerName => SERVER_NAME.test(name);

/** True for any user id that may occur in a room, historical ones included. */
export function isUserId(id: string): id is UserId {
  const parts = split(id, '@');
  return parts !== undefined && HISTORICAL_LOCALPART.test(parts[0]) && isServerName(parts[1]);
}

/** True for a localpart that a new account may have (lower case, digits and `._=-/+`). */
export const isLocalpart = (localpart: string): boolean => LOCALPART.test(localpart);

export function isRoomId(id: string): id is RoomId {
  if (HASH_ROOM_ID.test(id)) return true;
  const parts = split(id, '!');
  return parts !== undefined && OPAQUE.test(parts[0]) && isServerName(parts[1]);
}

export function isRoomAlias(alias: string): alias is RoomAlias {
  const parts = split(alias, '#');
  return parts !== undefined && OPAQUE.test(parts[0]) && isServerName(parts[1]);
}

export const isEventId = (id: string): id is EventId => id.length > 1 && id.startsWith('$') && fits(id);

/** The domain of a user id or alias, or of a room or event id that carries one. */
export const domainOf = (id: UserId | RoomAlias | RoomId | EventId): ServerName | undefined => {
  const colon = id.indexOf(':');
  return colon < 0 ? undefined : (id.slice(colon + 1) as ServerName);
};

export const serverOf = (userId: UserId): ServerName => userId.slice(userId.indexOf(':') + 1) as ServerName;
export const localpartOf = (id: UserId | RoomAlias): string => id.slice(1, id.indexOf(':'));
export const userIdOf = (localpart: string, server: ServerName): UserId => `@${localpart}:${server}` as UserId;
