import type { Event } from '../core/event.ts';
import { row, type Work } from '../kernel/work.ts';

/** Whether the sender of an annotation that is stored has made the same one before: https://spec.matrix.org/v1.19/client-server-api/#event-annotations-and-reactions */
export function* isRepeated({ eventId }: Event): Work<boolean> {
  const other = yield* row<object>(
    `select 1 from relations mine join relations other on other.relates_to = mine.relates_to and other.rel_type = mine.rel_type
     and other.type = mine.type and other.sender = mine.sender and other.aggregation_key = mine.aggregation_key
     and other.event_id <> mine.event_id where mine.event_id = ? limit 1`,
    eventId,
  );
  return other !== undefined;
}
