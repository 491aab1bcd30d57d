import type { RoomId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { clientEvent } from '../../engine/events/client-event.ts';
import { reading } from '../../engine/events/may-read.ts';
import { readableStateAt } from '../../engine/events/room-state.ts';
import { viewerOf } from '../../engine/events/viewer.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as events from '../../store/events.ts';
import { defineRead } from '../define.ts';

interface Query {
  readonly roomId: RoomId;
  readonly type: string;
  readonly stateKey: string;
  /** The content alone, or the event as clients see it. */
  readonly format: 'content' | 'event';
}

/** One piece of a room's state: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidstateeventtypestatekey */
export const getStateEvent = defineRead({
  name: 'get-state-event',
  prepare(context, who, { roomId, type, stateKey, format }: Query) {
    const { position } = context.notifier;
    return context.read(function* (): Work<JsonObject> {
      const eventId = yield* readableStateAt({ roomId, type, stateKey, position }, yield* reading(roomId, who.userId));
      const found = eventId === undefined ? undefined : yield* events.find(eventId);
      if (found === undefined) throw notFound(`The room has no state of type ${type} with the key "${stateKey}"`);
      return format === 'content' ? found.event.content : yield* clientEvent(found, yield* viewerOf(who, position), context.clock.now());
    });
  },
});
