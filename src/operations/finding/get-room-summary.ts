import { previewOf, type RoomPreview } from '../../engine/rooms/room-preview.ts';
import { roomAt } from '../../engine/rooms/room-target.ts';
import { notFound } from '../../kernel/errors.ts';
import { isRequester, type Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import { defineRead } from '../define.ts';

/**
 * What somebody should know of a room before they enter it, logged in or not.
 * https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1room_summaryroomidoralias
 * @throws M_NOT_FOUND, for rooms too that are none of their business
 */
export const getRoomSummary = defineRead({
  name: 'get-room-summary',
  prepare: (context, who: Caller, { roomIdOrAlias }: { readonly roomIdOrAlias: string }) =>
    context.read(function* (): Work<RoomPreview> {
      const { roomId } = yield* roomAt(roomIdOrAlias, context.serverName);
      const preview = yield* previewOf(roomId, isRequester(who) ? who.userId : undefined);
      if (preview === undefined) throw notFound(`This server does not know the room ${roomIdOrAlias}`);
      return isRequester(who) ? { ...preview, membership: preview.membership ?? 'leave' } : preview;
    }),
});
