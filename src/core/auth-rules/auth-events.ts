/** Which state authorises an event: https://spec.matrix.org/v1.19/server-server-api/#auth-events-selection */
import { parseStateKey, stateKeyOf, type Event, type EventTemplate, type StateKey } from '../event.ts';
import type { EventId } from '../identifiers.ts';
import { objectAt, stringAt, type JsonObject } from '../json.ts';
import type { RoomVersion } from '../room-versions.ts';
import { NotAllowed } from './not-allowed.ts';

/** The keys of the state events that an event's auth_events must name, as far as the room has them. */
export function authEventKeys(event: Pick<EventTemplate, 'type' | 'stateKey' | 'sender' | 'content'>, version: RoomVersion): StateKey[] {
  if (event.type === 'm.room.create') return [];
  const keys = new Set([stateKeyOf('m.room.power_levels', ''), stateKeyOf('m.room.member', event.sender)]);
  if (version.roomIds === 'domain') keys.add(stateKeyOf('m.room.create', ''));
  if (event.type === 'm.room.member' && event.stateKey !== undefined) addMemberKeys(keys, event.stateKey, event.content, version);
  return [...keys];
}

function addMemberKeys(keys: Set<StateKey>, target: string, content: JsonObject, version: RoomVersion): void {
  const membership = stringAt(content, 'membership');
  keys.add(stateKeyOf('m.room.member', target));
  if (membership === 'join' || membership === 'invite' || membership === 'knock') keys.add(stateKeyOf('m.room.join_rules', ''));
  if (membership === 'invite') {
    const token = stringAt(objectAt(objectAt(content, 'third_party_invite') ?? {}, 'signed') ?? {}, 'token');
    if (token !== undefined) keys.add(stateKeyOf('m.room.third_party_invite', token));
  }
  if (membership === 'join' && version.restrictedJoins) {
    const authoriser = stringAt(content, 'join_authorised_via_users_server');
    if (authoriser !== undefined) keys.add(stateKeyOf('m.room.member', authoriser));
  }
}

/**
 * Checks the choice of auth events that an event from another server brings ("considering the event's auth_events").
 * @param authEvents the events that its auth_events name
 * @param isRejected whether one of them was itself rejected when it was received
 * @throws NotAllowed
 */
export function checkAuthEvents(event: Event, version: RoomVersion, authEvents: readonly Event[], isRejected: (id: EventId) => boolean): void {
  if (event.type === 'm.room.create') return;
  const expected = new Set(authEventKeys(event, version));
  const seen = new Set<StateKey>();
  for (const auth of authEvents) {
    const key = auth.stateKey === undefined ? undefined : stateKeyOf(auth.type, auth.stateKey);
    if (key === undefined || !expected.has(key)) throw new NotAllowed(`${auth.type} does not belong into the event's auth_events`);
    if (seen.has(key)) throw new NotAllowed(`The event's auth_events name two events for ${parseStateKey(key).join(' ')}`);
    if (isRejected(auth.eventId)) throw new NotAllowed(`The event rests on ${auth.eventId}, which was rejected`);
    if (auth.roomId !== event.roomId) throw new NotAllowed(`The event rests on ${auth.eventId}, which is in another room`);
    seen.add(key);
  }
  if (version.roomIds === 'domain' && !seen.has(stateKeyOf('m.room.create', ''))) {
    throw new NotAllowed("The event's auth_events lack the create event");
  }
}
