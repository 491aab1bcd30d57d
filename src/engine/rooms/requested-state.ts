import type { EventTemplate } from '../../core/event.ts';
import type { RoomId, ServerName } from '../../core/identifiers.ts';
import { stringAt, type JsonObject } from '../../core/json.ts';
import { badJson, notFound } from '../../kernel/errors.ts';
import { toUserId } from '../../kernel/parse.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as currentState from '../../store/current-state.ts';
import * as memberships from '../../store/memberships.ts';
import * as rooms from '../../store/rooms.ts';
import type { Room } from '../../store/rooms.ts';
import { addedAliases, checkAliasesLeadTo } from './canonical-alias.ts';
import { guestDepartures } from './membership/guest-departures.ts';
import { inviteChange } from './membership/invite-change.ts';
import { joinChange } from './membership/join-change.ts';
import { requireOpen } from './membership/open-room.ts';
import { memberChange } from './membership/member-change.ts';
import { roomLevels } from './room-levels.ts';
import { stateChange, type StateChange } from './state-change.ts';
import { checkKeepsRoom, checkStateContent } from './state-content.ts';

/** State as a client wants to set it. */
interface State {
  readonly type: string;
  readonly stateKey: string;
  readonly content: JsonObject;
}

/** The change, and the events that have to follow it. */
export interface RequestedState {
  readonly change: StateChange;
  readonly following: readonly EventTemplate[];
  /** Set where it is the way into the room of who asks for it, and no change to how a member appears there. */
  readonly entry: { readonly isInvited: boolean } | undefined;
}

/**
 * Checks state that a client wants to set beyond what the auth rules know, on every road by which a client can set it.
 * @throws M_NOT_FOUND for an unknown room; M_BAD_JSON, M_INVALID_PARAM, M_BAD_ALIAS, M_FORBIDDEN, M_INVITE_BLOCKED, M_GUEST_ACCESS_FORBIDDEN
 */
export function* requestedState(roomId: RoomId, state: State, who: Requester, serverName: ServerName): Work<RequestedState> {
  const room = yield* rooms.find(roomId);
  if (room === undefined) throw notFound(`This server does not know the room ${roomId}`);
  const creators = state.type === 'm.room.power_levels' ? (yield* roomLevels(roomId)).creators : undefined;
  checkStateContent(state.type, state.content, room.version, creators);
  if (state.stateKey === '') checkKeepsRoom(state.type, state.content, roomId, serverName);
  if (state.type === 'm.room.member') return yield* requestedMembership(room, state, who, serverName);
  if (state.type === 'm.room.canonical_alias') yield* checkAliases(roomId, state);
  const change = yield* stateChange(roomId, { ...state, sender: who.userId });
  return { change, following: yield* guestDepartures(change), entry: undefined };
}

function* checkAliases(roomId: RoomId, { type, stateKey, content }: State): Work<void> {
  const before = yield* currentState.eventAt(roomId, type, stateKey);
  yield* checkAliasesLeadTo(roomId, addedAliases(content, before?.content));
}

/** A membership set as state is the same as one changed by the endpoint that is made for it. */
function* requestedMembership(room: Room, state: State, who: Requester, serverName: ServerName): Work<RequestedState> {
  const change = yield* membershipChange(room, state, who, serverName);
  const joins = change.event.stateKey === who.userId && change.event.content['membership'] === 'join';
  const before = joins ? (yield* memberships.find(room.roomId, who.userId))?.membership : undefined;
  return { change, following: [], entry: joins && before !== 'join' ? { isInvited: before === 'invite' } : undefined };
}

function* membershipChange(room: Room, { stateKey, content }: State, who: Requester, serverName: ServerName): Work<StateChange> {
  const membership = stringAt(content, 'membership') ?? '';
  const member = { roomId: room.roomId, sender: who.userId, target: toUserId(stateKey) };
  // Whom the server has let in, and by whose right, is for the server to say.
  const { join_authorised_via_users_server: _ignored, ...given } = content;
  switch (membership) {
    case 'invite':
      return yield* inviteChange(member, serverName, given);
    case 'join':
      return member.target === who.userId ? yield* joinChange(room, who, serverName, given) : yield* memberChange(member, membership, given);
    case 'knock':
      yield* requireOpen(room.roomId);
      return yield* memberChange(member, membership, given);
    case 'leave':
    case 'ban':
      return yield* memberChange(member, membership, given);
    default:
      throw badJson('membership must be one of join, invite, knock, leave and ban');
  }
}
