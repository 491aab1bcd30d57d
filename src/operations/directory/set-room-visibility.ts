import type { RoomId } from '../../core/identifiers.ts';
import { maySetState } from '../../engine/rooms/room-levels.ts';
import { RoomStateView } from '../../engine/rooms/room-state-view.ts';
import { forbidden, notFound } from '../../kernel/errors.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as roomSummaries from '../../store/room-summaries.ts';
import { defineOperation } from '../define.ts';

interface Publishing {
  readonly roomId: RoomId;
  readonly visibility: 'public' | 'private';
}

/**
 * Puts a room into the published directory, or takes it out. Whoever may choose the room's canonical alias may, and server administrators.
 * https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3directorylistroomroomid
 */
export const setRoomVisibility = defineOperation({
  name: 'set-room-visibility',
  prepare: (context, who: Requester, { roomId, visibility }: Publishing) =>
    context.read(function* () {
      const summary = yield* roomSummaries.find(roomId);
      if (summary === undefined) throw notFound(`This server does not know the room ${roomId}`);
      if (!who.isAdmin && !(yield* maySetState(roomId, who.userId, 'm.room.canonical_alias'))) {
        throw forbidden('You must be in the room, with the power level for m.room.canonical_alias, to change whether it is published');
      }
      const isPublic = visibility === 'public';
      // A shadow-banned user's rooms only seem to be published.
      const isHidden = isPublic && who.shadowBanned;
      const state = new RoomStateView(roomId, context);
      return { roomId, who, visibility, isPublic, changes: isPublic !== (summary.isPublished === 1), isHidden, state };
    }),
  gates: (draft) => ({
    user_may_publish_room: draft.changes && draft.isPublic ? [[draft.who.userId, draft.roomId]] : [],
    check_visibility_can_be_modified: draft.changes ? [[draft.roomId, draft.state, draft.visibility]] : [],
  }),
  *commit(draft): Work<void> {
    if (draft.changes && !draft.isHidden) yield* roomSummaries.publish(draft.roomId, draft.isPublic);
  },
});
