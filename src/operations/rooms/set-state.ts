import type { EventId, RoomId, UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { changeEvents } from '../../engine/rooms/state-change.ts';
import { requestedState } from '../../engine/rooms/requested-state.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import { defineOperation } from '../define.ts';

interface SettingState {
  readonly roomId: RoomId;
  readonly type: string;
  readonly stateKey: string;
  readonly content: JsonObject;
}

/**
 * Sets state of a room, memberships included: https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3roomsroomidstateeventtypestatekey
 * @returns the id of the event, which is an older one when the user had set the same before
 */
export const setState = defineOperation({
  name: 'set-state',
  prepare: async (context, who: Requester, { roomId, ...state }: SettingState) => ({
    ...(await context.read(() => requestedState(roomId, state, who, context.serverName))),
    asked: state.content,
  }),
  gates({ change: { roomId, event, standing }, entry, asked }) {
    const { sender, type, stateKey } = event;
    const isNew = standing === undefined;
    const isInvitation = isNew && type === 'm.room.member' && event.content['membership'] === 'invite';
    return {
      user_may_send_state_event: isNew ? [[sender, roomId, type, stateKey, asked]] : [],
      user_may_invite: isInvitation ? [[sender, stateKey as UserId, roomId]] : [],
      user_may_join_room: isNew && entry !== undefined ? [[sender, roomId, entry.isInvited]] : [],
    };
  },
  events: (draft) => changeEvents(draft.change, draft.following),
  *commit({ change }, [event]): Work<EventId> {
    const eventId = change.standing ?? event?.eventId;
    if (eventId === undefined) throw new Error('The event was not made');
    return eventId;
  },
});
