import type { RoomAlias, RoomId } from '../../core/identifiers.ts';
import { forbidden } from '../../kernel/errors.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as aliases from '../../store/aliases.ts';
import * as memberships from '../../store/memberships.ts';
import * as roomSummaries from '../../store/room-summaries.ts';
import { defineRead } from '../define.ts';

/** This server's aliases of a room: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidaliases */
export const getLocalAliases = defineRead({
  name: 'get-local-aliases',
  prepare: (context, who: Requester, { roomId }: { readonly roomId: RoomId }) =>
    context.read(function* (): Work<readonly RoomAlias[]> {
      const isMember = (yield* memberships.find(roomId, who.userId))?.membership === 'join';
      if (!isMember && (yield* roomSummaries.find(roomId))?.historyVisibility !== 'world_readable') {
        throw forbidden(`You are not in the room ${roomId}`);
      }
      return yield* aliases.listFor(roomId);
    }),
});
