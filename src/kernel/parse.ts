import {
  isEventId,
  isRoomAlias,
  isRoomId,
  isServerName,
  isUserId,
  type EventId,
  type RoomAlias,
  type RoomId,
  type ServerName,
  type UserId,
} from '../core/identifiers.ts';
import { invalidParam } from './errors.ts';

/** Identifiers as they come from outside: each throws M_INVALID_PARAM when the form is wrong. */
export function toUserId(id: string): UserId {
  if (!isUserId(id)) throw invalidParam(`${id} is not a user id: it should look like @name:server`);
  return id;
}
export function toRoomId(id: string): RoomId {
  if (!isRoomId(id)) throw invalidParam(`${id} is not a room id: it should begin with "!"`);
  return id;
}
export function toRoomAlias(alias: string): RoomAlias {
  if (!isRoomAlias(alias)) throw invalidParam(`${alias} is not a room alias: it should look like #name:server`);
  return alias;
}
export function toEventId(id: string): EventId {
  if (!isEventId(id)) throw invalidParam(`${id} is not an event id: it should begin with "$"`);
  return id;
}
export function toServerName(name: string): ServerName {
  if (!isServerName(name)) throw invalidParam(`${name} is not a server name: it should look like example.org or example.org:8448`);
  return name;
}
