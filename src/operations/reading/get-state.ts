import type { EventId, RoomId } from '../../core/identifiers.ts';
import { writtenStateEvents } from '../../engine/events/client-state-events.ts';
import { reading } from '../../engine/events/may-read.ts';
import { readableState } from '../../engine/events/room-state.ts';
import { viewerOf } from '../../engine/events/viewer.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import type { WrittenJson } from '../../kernel/written-json.ts';
import { defineRead } from '../define.ts';

/** All of a room's state: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidstate */
export const getState = defineRead({
  name: 'get-state',
  async prepare(context, who: Requester, input: { readonly roomId: RoomId }, ask): Promise<WrittenJson> {
    const { position } = context.notifier;
    const viewer = await context.read(() => viewerOf(who, position));
    const ids = await context.read(function* (): Work<readonly EventId[]> {
      const entries = yield* readableState(input.roomId, yield* reading(input.roomId, who.userId), position);
      return entries.map(({ eventId }) => eventId);
    });
    return writtenStateEvents(context, ask.addFields, ids, viewer, context.clock.now());
  },
});
