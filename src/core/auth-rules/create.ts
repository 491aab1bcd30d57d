/** Rule 1, on m.room.create: https://spec.matrix.org/v1.19/rooms/v12/#authorisation-rules */
import type { Event } from '../event.ts';
import { domainOf, isUserId, serverOf } from '../identifiers.ts';
import type { JsonValue } from '../json.ts';
import { ROOM_VERSIONS, type RoomVersion } from '../room-versions.ts';
import { NotAllowed } from './not-allowed.ts';

/** @throws NotAllowed */
export function checkCreate(event: Event, version: RoomVersion): void {
  const { content } = event;
  if (event.prevEvents.length > 0) throw new NotAllowed('A create event must be the first event of its room');
  if (version.roomIds === 'create-hash') {
    if (Object.hasOwn(event.pdu, 'room_id')) throw new NotAllowed('A create event has no room_id in this room version: its hash is the id');
  } else if (domainOf(event.roomId) !== serverOf(event.sender)) {
    throw new NotAllowed("The room id must carry the name of its creator's server");
  }
  if (Object.hasOwn(content, 'room_version') && !isKnownVersion(content['room_version'])) {
    throw new NotAllowed(`This server does not know room version ${JSON.stringify(content['room_version'])}`);
  }
  if (version.creator === 'content' && !Object.hasOwn(content, 'creator')) throw new NotAllowed('The create event must name the creator');
  if (version.privilegedCreators && Object.hasOwn(content, 'additional_creators') && !areUserIds(content['additional_creators'])) {
    throw new NotAllowed('additional_creators must be a list of user ids');
  }
}

const isKnownVersion = (id: JsonValue | undefined): boolean => typeof id === 'string' && ROOM_VERSIONS.has(id);

const areUserIds = (value: JsonValue | undefined): boolean =>
  Array.isArray(value) && (value as JsonValue[]).every((id) => typeof id === 'string' && isUserId(id));
