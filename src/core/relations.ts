import { objectAt, stringAt, type JsonObject } from './json.ts';
import { isEventId, type EventId } from './identifiers.ts';

/** How an event relates to its parent: https://spec.matrix.org/v1.19/client-server-api/#forming-relationships-between-events */
export interface Relation {
  readonly relType: string;
  readonly eventId: EventId;
  /** What an annotation says of its parent. */
  readonly key?: string;
  /** The reply that comes with a thread relation is only there for clients that know no threads. */
  readonly isFallingBack: boolean;
}

/** The relation that an event's content states; undefined when it states none or one that the schema does not allow. */
export function relationOf(content: JsonObject): Relation | undefined {
  const stated = objectAt(content, 'm.relates_to');
  if (stated === undefined) return undefined;
  const [relType, eventId, key] = [stringAt(stated, 'rel_type'), stringAt(stated, 'event_id'), stringAt(stated, 'key')];
  if (relType === undefined || eventId === undefined || !isEventId(eventId)) return undefined;
  return {
    relType,
    eventId,
    ...(key === undefined ? {} : { key }),
    isFallingBack: stated['is_falling_back'] === true,
  };
}
