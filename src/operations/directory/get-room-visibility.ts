import type { RoomId } from '../../core/identifiers.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/requester.ts';
import * as roomSummaries from '../../store/room-summaries.ts';
import { defineRead } from '../define.ts';

/** Whether a room is in the published directory: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3directorylistroomroomid */
export const getRoomVisibility = defineRead({
  name: 'get-room-visibility',
  async prepare(context, _who: Caller, { roomId }: { readonly roomId: RoomId }): Promise<'public' | 'private'> {
    const summary = await context.read(() => roomSummaries.find(roomId));
    if (summary === undefined) throw notFound(`This server does not know the room ${roomId}`);
    return summary.isPublished === 1 ? 'public' : 'private';
  },
});
