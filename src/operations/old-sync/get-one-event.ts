import type { EventId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { bundledEvent } from '../../engine/events/bundled-events.ts';
import { findVisible } from '../../engine/events/find-visible.ts';
import { viewerOf } from '../../engine/events/viewer.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as events from '../../store/events.ts';
import { defineRead } from '../define.ts';

/** An event of whatever room: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3eventseventid */
export const getOneEvent = defineRead({
  name: 'get-one-event',
  prepare(context, who, { eventId }: { readonly eventId: EventId }) {
    const [now, position] = [context.clock.now(), context.notifier.position];
    return context.read(function* (): Work<JsonObject> {
      const viewer = yield* viewerOf(who, position);
      const roomId = (yield* events.find(eventId))?.event.roomId;
      if (roomId === undefined) throw notFound(`There is no event ${eventId}, or you may not see it`);
      return yield* bundledEvent(yield* findVisible(roomId, eventId, viewer), viewer, now);
    });
  },
});
