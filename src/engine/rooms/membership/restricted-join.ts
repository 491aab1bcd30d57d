import { serverOf, type RoomId, type ServerName, type UserId } from '../../../core/identifiers.ts';
import { forbidden } from '../../../kernel/errors.ts';
import type { Work } from '../../../kernel/work.ts';
import * as currentState from '../../../store/current-state.ts';
import * as memberships from '../../../store/memberships.ts';
import type { Room } from '../../../store/rooms.ts';
import { roomLevels } from '../room-levels.ts';
import { roomsThatLetIn } from './restriction.ts';

/** Members without a power level of their own who are looked at for one who may invite. */
const ORDINARY_MEMBERS = 20;

/**
 * The local user in whose name somebody without an invitation may join a restricted room
 * (https://spec.matrix.org/v1.19/client-server-api/#restricted-rooms).
 * @returns undefined where the room's join rule is another
 * @throws M_FORBIDDEN when none of the rule's conditions is met, or nobody here can let them in
 */
export function* restrictedJoinAuthoriser(room: Room, userId: UserId, serverName: ServerName): Work<UserId | undefined> {
  const rules = (yield* currentState.eventAt(room.roomId, 'm.room.join_rules'))?.content;
  const rooms = rules === undefined ? undefined : roomsThatLetIn(rules, room.version);
  if (rooms === undefined) return undefined;
  if (!(yield* memberships.isJoinedToAny(userId, rooms))) {
    throw forbidden('To join this room you need an invitation, or to be a member of one of the rooms that it is open to');
  }
  const authoriser = yield* someoneWhoMayInvite(room.roomId, serverName);
  if (authoriser === undefined) throw forbidden('Nobody of this server who is in the room may let others in; ask for an invitation');
  return authoriser;
}

function* someoneWhoMayInvite(roomId: RoomId, serverName: ServerName): Work<UserId | undefined> {
  const levels = yield* roomLevels(roomId);
  const mayInvite = (userId: UserId): boolean => serverOf(userId) === serverName && levels.userLevel(userId) >= levels.invite;
  const named = [...levels.creators, ...levels.namedUsers].filter(mayInvite);
  const [present] = yield* memberships.joinedAmong(roomId, named);
  if (present !== undefined || levels.usersDefault < levels.invite) return present;
  return (yield* memberships.someJoinedOf(roomId, serverName, ORDINARY_MEMBERS)).find(mayInvite);
}
