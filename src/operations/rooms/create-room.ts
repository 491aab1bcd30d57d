import { isRoomAlias, type RoomAlias, type RoomId, type ServerName } from '../../core/identifiers.ts';
import type { RoomVersion } from '../../core/room-versions.ts';
import type { EventTemplate } from '../../core/event.ts';
import { invitationFor, invitationIntoNew } from '../../engine/identity/invited-room.ts';
import { thirdPartyInviteEvent } from '../../engine/identity/stored-invite.ts';
import { findInvitees, toThirdPartyInvitee } from '../../engine/identity/third-party-invitee.ts';
import { addedAliases, badAlias } from '../../engine/rooms/canonical-alias.ts';
import { initialEvents } from '../../engine/rooms/creation/initial-events.ts';
import { knownVersion } from '../../engine/rooms/creation/known-version.ts';
import { readRoomRequest, type RoomRequest } from '../../engine/rooms/creation/room-request.ts';
import { checkInvitee } from '../../engine/rooms/membership/invitee.ts';
import { NO_STATE } from '../../engine/rooms/no-state.ts';
import { checkKeepsRoom, checkStateContent } from '../../engine/rooms/state-content.ts';
import type { JsonObject } from '../../core/json.ts';
import { invalidParam, MatrixError } from '../../kernel/errors.ts';
import { toUserId } from '../../kernel/parse.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as aliases from '../../store/aliases.ts';
import * as profiles from '../../store/profiles.ts';
import * as roomSummaries from '../../store/room-summaries.ts';
import { defineOperation } from '../define.ts';

const roomInUse = (alias: RoomAlias): MatrixError => new MatrixError(400, 'M_ROOM_IN_USE', `The alias ${alias} is taken by another room`);

/** Makes a room: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3createroom */
export const createRoom = defineOperation({
  name: 'create-room',
  before: (who: Requester, body: Record<string, unknown>) => ({ on_create_room: [who, body, who.isAdmin] as const }),
  async prepare(context, who: Requester, body: Record<string, unknown>, ask) {
    const request = readRoomRequest(body);
    const version = knownVersion(request.room_version ?? context.config.rooms.default_version);
    const alias = aliasOf(request, context.serverName);
    checkState(request, alias, version, context.serverName);
    const named = (request.invite ?? []).map(toUserId);
    // Each may send a mail, as each request to /invite may.
    for (const _mail of request.invite_3pid ?? []) await context.limits.requireOf('invite', who.userId, 'create-room');
    const addressed = (request.invite_3pid ?? []).map(toThirdPartyInvitee);
    for (const { medium, address } of addressed) await ask('check_threepid_can_be_invited', medium, address, NO_STATE);
    const { users, strangers } = await findInvitees(context.identityServers, addressed);
    const invitees = [...new Set([...named, ...users])];
    const known = await context.read(function* () {
      for (const invitee of invitees) yield* checkInvitee(invitee, context.serverName);
      if (alias !== undefined && (yield* aliases.find(alias)) !== undefined) throw roomInUse(alias);
      return yield* profiles.memberProfilesOf([who.userId, ...invitees]);
    });
    const setup = { request, version, creator: who.userId, invitees, alias, profiles: known };
    // The invitations of a shadow-banned user only seem to be made, and nobody finds their rooms.
    const [create, ...events] = initialEvents(setup, !who.shadowBanned);
    const room = await context.read(() => context.newRooms.found(version, create));
    return {
      ...room,
      events,
      creator: who.userId,
      body: body as JsonObject,
      invitees,
      strangers,
      alias,
      isPublic: request.visibility === 'public',
      isShadowBanned: who.shadowBanned,
      now: context.clock.now(),
    };
  },
  gates: (draft) => ({
    user_may_create_room: [[draft.creator, draft.body]],
    user_may_create_room_alias: draft.alias === undefined ? [] : [[draft.creator, draft.alias]],
    user_may_publish_room: draft.isPublic ? [[draft.creator, draft.roomId]] : [],
    check_visibility_can_be_modified: [[draft.roomId, NO_STATE, draft.isPublic ? 'public' : 'private']],
    user_may_invite: draft.invitees.map((invitee) => [draft.creator, invitee, draft.roomId] as const),
    // Those whom only a mail can reach are nobody yet whom user_may_invite could be asked about.
    user_may_send_3pid_invite: draft.strangers.map(({ medium, address }) => [draft.creator, medium, address, draft.roomId] as const),
  }),
  async arrange(context, draft) {
    // The invitations of a shadow-banned user are not sent.
    if (draft.strangers.length === 0 || draft.isShadowBanned) return draft;
    const { roomId, creator, create, events } = draft;
    const text = await context.read(() => invitationIntoNew(roomId, creator, [create, ...events]));
    const invites: EventTemplate[] = [];
    for (const stranger of draft.strangers) {
      invites.push(thirdPartyInviteEvent(creator, await context.identityServers.storeInvite(stranger, invitationFor(stranger, text))));
    }
    return { ...draft, events: [...events, ...invites] };
  },
  events: (draft) => [{ room: draft.room, events: [draft.create, ...draft.events] }],
  *commit(draft, [create]): Work<RoomId> {
    if (create === undefined) throw new Error('The room was not made');
    const { roomId } = create;
    const { alias, creator, now } = draft;
    if (alias !== undefined && !(yield* aliases.create({ alias, roomId, creator }, now))) throw roomInUse(alias);
    if (draft.isPublic && !draft.isShadowBanned) yield* roomSummaries.publish(roomId, true);
    return roomId;
  },
});

function aliasOf({ room_alias_name: name }: RoomRequest, serverName: ServerName): RoomAlias | undefined {
  if (name === undefined) return undefined;
  const alias = `#${name}:${serverName}`;
  if (!name.includes(':') && !/\s/.test(name) && isRoomAlias(alias)) return alias;
  throw invalidParam('room_alias_name must be the local part of an alias, without spaces and colons: "pub" for #pub:server');
}

/** What the server makes itself, and what asks modules questions of its own, cannot come in by the back door. */
function checkState(request: RoomRequest, alias: RoomAlias | undefined, version: RoomVersion, serverName: ServerName): void {
  checkStateContent('m.room.power_levels', request.power_level_content_override ?? {}, version);
  for (const { type, state_key: stateKey = '', content } of request.initial_state ?? []) {
    if (type === 'm.room.create' || type === 'm.room.member') {
      throw new MatrixError(400, 'M_INVALID_ROOM_STATE', `initial_state cannot hold ${type}: the server makes it`);
    }
    checkStateContent(type, content, version);
    if (stateKey === '') checkKeepsRoom(type, content, undefined, serverName);
    if (type !== 'm.room.canonical_alias') continue;
    const wrong = addedAliases(content).find((added) => added !== alias);
    if (wrong !== undefined) throw badAlias(wrong);
  }
}
