import type { EventId, RoomId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { bundledEvent } from '../../engine/events/bundled-events.ts';
import { findVisible } from '../../engine/events/find-visible.ts';
import { viewerOf } from '../../engine/events/viewer.ts';
import type { Work } from '../../kernel/work.ts';
import { defineRead } from '../define.ts';

/** One event: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomideventeventid */
export const getEvent = defineRead({
  name: 'get-event',
  prepare(context, who, input: { readonly roomId: RoomId; readonly eventId: EventId }) {
    const [now, position] = [context.clock.now(), context.notifier.position];
    return context.read(function* (): Work<JsonObject> {
      const viewer = yield* viewerOf(who, position);
      return yield* bundledEvent(yield* findVisible(input.roomId, input.eventId, viewer), viewer, now);
    });
  },
});
