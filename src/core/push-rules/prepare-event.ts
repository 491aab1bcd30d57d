import type { Event } from '../event.ts';
import type { UserId } from '../identifiers.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { parsePropertyPath, valueAt } from '../property-path.ts';

export type PushableEvent = Pick<Event, 'eventId' | 'roomId' | 'type' | 'stateKey' | 'sender' | 'content' | 'originServerTs' | 'redacts'>;

/** An event whose properties are found, and made lower case, once for the rules of all users of its room. */
export interface PreparedEvent {
  readonly sender: UserId;
  /** The value at a dot-separated path of the event in the clients' format; undefined when it is absent. */
  readonly value: (key: string) => JsonValue | undefined;
  /** The value in lower case; undefined when it is not a text. */
  readonly text: (key: string) => string | undefined;
}

function remembered<V>(compute: (key: string) => V): (key: string) => V {
  const known = new Map<string, V>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined || known.has(key)) return found as V;
    const value = compute(key);
    known.set(key, value);
    return value;
  };
}

function clientFormat(event: PushableEvent): JsonObject {
  return {
    type: event.type,
    sender: event.sender,
    room_id: event.roomId,
    event_id: event.eventId,
    content: event.content,
    origin_server_ts: event.originServerTs,
    ...(event.stateKey === undefined ? {} : { state_key: event.stateKey }),
    ...(event.redacts === undefined ? {} : { redacts: event.redacts }),
  };
}

/** Makes an event ready for `evaluatePushRules`, once for all users. */
export function prepareEvent(event: PushableEvent): PreparedEvent {
  const root = clientFormat(event);
  const value = remembered((key) => valueAt(root, parsePropertyPath(key)));
  const text = remembered((key) => {
    const found = value(key);
    return typeof found === 'string' ? found.toLowerCase() : undefined;
  });
  return { sender: event.sender, value, text };
}
