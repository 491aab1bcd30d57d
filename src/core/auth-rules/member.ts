/** The rule on m.room.member: https://spec.matrix.org/v1.19/rooms/v12/#authorisation-rules */
import type { Event } from '../event.ts';
import { authorisingServer, isSignedBy } from '../event-signatures.ts';
import { stringAt } from '../json.ts';
import { NotAllowed } from './not-allowed.ts';
import type { RoomAtEvent } from './room-at-event.ts';
import { checkThirdPartyInvite } from './third-party-invite.ts';

/** @throws NotAllowed */
export function checkMember(event: Event, room: RoomAtEvent): void {
  const target = event.stateKey;
  const membership = stringAt(event.content, 'membership');
  if (target === undefined) throw new NotAllowed('A membership event needs a state key that names the user');
  if (membership === undefined) throw new NotAllowed('A membership event must say which membership');
  checkAuthorisingSignature(event, room);
  const check = RULES.get(membership);
  if (check === undefined) throw new NotAllowed(`There is no membership "${membership}"`);
  check(event, target, room);
}

const RULES: ReadonlyMap<string, (event: Event, target: string, room: RoomAtEvent) => void> = new Map([
  ['join', checkJoin],
  ['invite', checkInvite],
  ['leave', checkLeave],
  ['ban', checkBan],
  ['knock', checkKnock],
]);

function checkAuthorisingSignature(event: Event, room: RoomAtEvent): void {
  if (!room.version.restrictedJoins || !Object.hasOwn(event.content, 'join_authorised_via_users_server')) return;
  const server = authorisingServer(event);
  if (server === undefined || !isSignedBy(event, server)) {
    throw new NotAllowed('The server of the user in join_authorised_via_users_server has not signed this event');
  }
}

function checkJoin(event: Event, target: string, room: RoomAtEvent): void {
  if (event.prevEvents.length === 1 && event.prevEvents[0] === room.create.eventId && target === creatorOf(room)) return;
  if (event.sender !== target) throw new NotAllowed(`${event.sender} cannot join the room for ${target}`);
  const membership = room.membershipOf(target);
  if (membership === 'ban') throw new NotAllowed(`${target} is banned from the room`);
  const rule = room.joinRule;
  if (rule === 'public') return;
  const isRestricted = isRestrictedRule(rule, room);
  if (rule !== 'invite' && !isKnockRule(rule, room) && !isRestricted) {
    throw new NotAllowed(`Nobody can join the room: its join rule is "${rule}"`);
  }
  if (membership === 'join' || membership === 'invite') return;
  if (!isRestricted) throw new NotAllowed(`${target} needs an invitation to join the room`);
  checkAuthoriser(event, target, room);
}

/** The one who may join first, without any join rule. */
const creatorOf = (room: RoomAtEvent): string | undefined =>
  room.version.creator === 'content' ? stringAt(room.create.content, 'creator') : room.create.sender;

const isKnockRule = (rule: string, { version }: RoomAtEvent): boolean =>
  (rule === 'knock' && version.knocking) || (rule === 'knock_restricted' && version.knockRestrictedJoins);

const isRestrictedRule = (rule: string, { version }: RoomAtEvent): boolean =>
  (rule === 'restricted' && version.restrictedJoins) || (rule === 'knock_restricted' && version.knockRestrictedJoins);

function checkAuthoriser(event: Event, target: string, room: RoomAtEvent): void {
  const authoriser = stringAt(event.content, 'join_authorised_via_users_server');
  if (authoriser === undefined) {
    throw new NotAllowed(`${target} needs an invitation, or to be a member of a room that opens this one, to join`);
  }
  if (room.membershipOf(authoriser) !== 'join' || room.levelOf(authoriser) < room.levels.invite) {
    throw new NotAllowed(`${authoriser} cannot let anybody join: they are not in the room or may not invite`);
  }
}

function checkInvite(event: Event, target: string, room: RoomAtEvent): void {
  if (Object.hasOwn(event.content, 'third_party_invite')) return checkThirdPartyInvite(event, target, room);
  needJoined(event, room);
  const membership = room.membershipOf(target);
  if (membership === 'join') throw new NotAllowed(`${target} is already in the room`);
  if (membership === 'ban') throw new NotAllowed(`${target} is banned from the room`);
  needLevel(event, room, room.levels.invite, 'invite');
}

function checkLeave(event: Event, target: string, room: RoomAtEvent): void {
  const membership = room.membershipOf(target);
  if (event.sender === target) {
    if (membership === 'join' || membership === 'invite' || (membership === 'knock' && room.version.knocking)) return;
    throw new NotAllowed(membership === 'ban' ? `${target} is banned from the room` : `${target} is not in the room`);
  }
  needJoined(event, room);
  if (membership === 'ban') needLevel(event, room, room.levels.ban, 'unban');
  needLevel(event, room, room.levels.kick, 'kick');
  needLevelAbove(event, target, room);
}

function checkBan(event: Event, target: string, room: RoomAtEvent): void {
  needJoined(event, room);
  needLevel(event, room, room.levels.ban, 'ban');
  needLevelAbove(event, target, room);
}

function checkKnock(event: Event, target: string, room: RoomAtEvent): void {
  if (!room.version.knocking) throw new NotAllowed(`Rooms of version ${room.version.id} know no knocking`);
  if (!isKnockRule(room.joinRule, room)) throw new NotAllowed('The room does not accept knocks');
  if (event.sender !== target) throw new NotAllowed(`${event.sender} cannot knock for ${target}`);
  const membership = room.membershipOf(target);
  if (membership === 'ban') throw new NotAllowed(`${target} is banned from the room`);
  if (membership === 'invite' || membership === 'join') throw new NotAllowed(`${target} needs no knock: they are invited or in the room`);
}

function needJoined(event: Event, room: RoomAtEvent): void {
  if (room.membershipOf(event.sender) !== 'join') throw new NotAllowed(`${event.sender} is not in the room`);
}

function needLevel(event: Event, room: RoomAtEvent, needed: number, act: string): void {
  const level = room.levelOf(event.sender);
  if (level < needed) throw new NotAllowed(`${event.sender} may not ${act} users: that needs power level ${needed}, they have ${level}`);
}

function needLevelAbove(event: Event, target: string, room: RoomAtEvent): void {
  if (room.levelOf(target) >= room.levelOf(event.sender)) {
    throw new NotAllowed(`${event.sender} cannot act on ${target}, whose power level is not below their own`);
  }
}
