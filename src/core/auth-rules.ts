/** The authorisation rules of all room versions: the section "Authorisation rules" of each of https://spec.matrix.org/v1.19/rooms/ */
import { checkCreate } from './auth-rules/create.ts';
import { checkMember } from './auth-rules/member.ts';
import { NotAllowed } from './auth-rules/not-allowed.ts';
import { checkPowerLevels } from './auth-rules/power-levels.ts';
import { RoomAtEvent, type AuthState } from './auth-rules/room-at-event.ts';
import type { Event } from './event.ts';
import { createEventIdOf } from './events.ts';
import { domainOf, serverOf } from './identifiers.ts';
import type { RoomVersion } from './room-versions.ts';

export { authEventKeys, checkAuthEvents } from './auth-rules/auth-events.ts';
export { NotAllowed } from './auth-rules/not-allowed.ts';
export { checkPowerLevelsFormat } from './auth-rules/power-levels.ts';
export type { AuthState } from './auth-rules/room-at-event.ts';
export { keyThatSigned, type InvitationKey } from './auth-rules/third-party-invite.ts';

/**
 * Checks an event against a state of its room: the one that its auth_events make, the one before it, or the current one.
 * The state must hold the create event also where auth_events do not name it. Signatures must have been verified before.
 * @throws NotAllowed
 */
export function checkAuth(event: Event, version: RoomVersion, authState: AuthState): void {
  if (event.type === 'm.room.create') return checkCreate(event, version);
  const create = authState('m.room.create', '');
  if (create === undefined) throw new NotAllowed('The room does not exist: it has no create event');
  checkRoom(event, create, version);
  if (event.type === 'm.room.aliases' && version.aliasesRule) return checkAliases(event);
  const room = new RoomAtEvent(create, version, authState);
  if (event.type === 'm.room.member') return checkMember(event, room);
  if (room.membershipOf(event.sender) !== 'join') throw new NotAllowed(`${event.sender} is not in the room`);
  if (event.type === 'm.room.third_party_invite') return needLevel(event, room, room.levels.invite);
  needLevel(event, room, room.levels.eventLevel(event.type, event.stateKey !== undefined));
  if (event.stateKey?.startsWith('@') === true && event.stateKey !== event.sender) {
    throw new NotAllowed(`State under the key ${event.stateKey} can be set by that user alone`);
  }
  if (event.type === 'm.room.power_levels') return checkPowerLevels(event, room);
  if (event.type === 'm.room.redaction' && version.redactionRule) checkRedaction(event, room);
}

function checkRoom(event: Event, create: Event, version: RoomVersion): void {
  const named = createEventIdOf(event.roomId, version);
  if (create.roomId !== event.roomId || (named !== undefined && named !== create.eventId)) {
    throw new NotAllowed('The event belongs to another room than the create event');
  }
  if (create.content['m.federate'] === false && serverOf(event.sender) !== serverOf(create.sender)) {
    throw new NotAllowed(`The room is open to users of ${serverOf(create.sender)} only`);
  }
}

function checkAliases(event: Event): void {
  if (event.stateKey !== serverOf(event.sender)) throw new NotAllowed('Aliases can be set for the own server only');
}

function needLevel(event: Event, room: RoomAtEvent, needed: number): void {
  const level = room.levelOf(event.sender);
  if (level < needed) {
    throw new NotAllowed(`${event.sender} may not send ${event.type} in this room: that needs power level ${needed}, they have ${level}`);
  }
}

/** In versions whose event ids carry the server, a server may redact what bears its name. */
function checkRedaction(event: Event, room: RoomAtEvent): void {
  if (room.levelOf(event.sender) >= room.levels.redact) return;
  if (event.redacts !== undefined && domainOf(event.redacts) === domainOf(event.eventId)) return;
  throw new NotAllowed(`${event.sender} may not redact events of others: that needs power level ${room.levels.redact}`);
}
