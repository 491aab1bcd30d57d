import { LRUCache } from 'lru-cache';
import type { Event } from '../../core/event.ts';
import { prepareEvent, type PreparedEvent } from '../../core/push-rules/prepare-event.ts';

/** Somewhat more than are looked at in one room: what one member has looked at serves the next. */
const MAX_PREPARED = 2_500;

const prepared = new LRUCache<Event, PreparedEvent>({ max: MAX_PREPARED });

/** An event made ready for push rules; everybody in a room looks at the same ones. */
export function prepareOnce(event: Event): PreparedEvent {
  let found = prepared.get(event);
  if (found === undefined) {
    found = prepareEvent(event);
    prepared.set(event, found);
  }
  return found;
}
