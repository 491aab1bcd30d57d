import type { RoomId, UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { joinChange } from '../../engine/rooms/membership/join-change.ts';
import type { MoreContent } from '../../engine/rooms/membership/member-content.ts';
import { exchangeInvite, useUp, type ExchangedInvite } from '../../engine/rooms/membership/third-party-exchange.ts';
import { roomAt } from '../../engine/rooms/room-target.ts';
import type { StateChange } from '../../engine/rooms/state-change.ts';
import { takeSettingsOver } from '../../engine/rooms/upgrade/personal-settings.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import type { AccountData } from '../../store/account-data.ts';
import * as memberships from '../../store/memberships.ts';
import type { Context } from '../context.ts';
import { defineOperation } from '../define.ts';

export interface Joining {
  readonly roomIdOrAlias: string;
  /** What the member event is to say besides what the server writes into it, such as `reason`. */
  readonly content?: MoreContent;
  /** An invitation that came by mail, signed for this user by the identity server. */
  readonly thirdPartySigned?: JsonObject | undefined;
}

interface Draft {
  readonly userId: UserId;
  readonly roomId: RoomId;
  readonly isInvited: boolean;
  /** Undefined when the user needs none, or has brought none. */
  readonly invite: ExchangedInvite | undefined;
  /** Undefined for somebody who is in the room already. */
  readonly change: StateChange | undefined;
}

interface Joined {
  readonly roomId: RoomId;
  /** Account data that was changed for the new room, where it replaces another. */
  readonly settings: readonly AccountData[];
}

/**
 * Joins a room, if the user is not in it already: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3joinroomidoralias
 */
export const joinRoom = defineOperation({
  name: 'join-room',
  async prepare(context, who: Requester, joining: Joining): Promise<Draft> {
    const draft = await context.read(() => draftOf(context, who, joining));
    const key = draft.invite?.key;
    if (key?.validityUrl !== undefined) await context.identityServers.requireValidKey(key.validityUrl, key.publicKey);
    return draft;
  },
  gates: ({ userId, roomId, isInvited, invite, change }) => ({
    user_may_invite: invite === undefined ? [] : [[invite.inviter, invite.invitee, invite.roomId]],
    user_may_join_room: change === undefined ? [] : [[userId, roomId, isInvited]],
  }),
  events({ roomId, invite, change }) {
    if (change === undefined) return [];
    return [{ room: { id: roomId }, events: invite === undefined ? [change.event] : [invite.event, change.event] }];
  },
  *commit({ userId, roomId, invite, change }): Work<Joined> {
    if (invite !== undefined) yield* useUp(invite);
    return { roomId, settings: change === undefined ? [] : yield* takeSettingsOver(userId, roomId) };
  },
  listeners: ({ userId }, { settings }) => ({
    on_account_data_updated: settings.map(({ type, content }) => [userId, undefined, type, content]),
  }),
});

function* draftOf({ serverName }: Context, who: Requester, { roomIdOrAlias, content = {}, thirdPartySigned }: Joining): Work<Draft> {
  const { userId } = who;
  const room = yield* roomAt(roomIdOrAlias, serverName);
  const { roomId } = room;
  const before = (yield* memberships.find(roomId, userId))?.membership;
  if (before === 'join') return { userId, roomId, isInvited: false, invite: undefined, change: undefined };
  const invite = thirdPartySigned === undefined || before === 'invite' ? undefined : yield* exchangeInvite(roomId, userId, thirdPartySigned);
  const change = yield* joinChange(room, who, serverName, content, invite !== undefined);
  return { userId, roomId, isInvited: before === 'invite' || invite !== undefined, invite, change };
}
