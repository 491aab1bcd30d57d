import { canonicalJson } from '../core/canonical-json.ts';
import type { Event } from '../core/event.ts';
import { serverOf, type ServerName } from '../core/identifiers.ts';
import { objectAt, type JsonObject } from '../core/json.ts';
import { Unusable } from './results.ts';

/** What a replacement may not change. */
const FIXED = ['type', 'room_id', 'sender', 'state_key'] as const;

/**
 * The event as it will be when a module's replacement has taken its place: what the modules after it are shown. Its id is that of the
 * event that was replaced: the final one is known only when it is built again.
 * @throws Unusable when the replacement changes what it may not, or could not be an event
 */
export function replaced(event: Event, wire: JsonObject, serverName: ServerName): Event {
  if (serverOf(event.sender) !== serverName) throw new Unusable('replaced an event of another server, which nobody but that server can change');
  const changed = FIXED.find((key) => wire[key] !== event.pdu[key]);
  if (changed !== undefined) throw new Unusable(`replaced an event by one with another ${changed}`);
  const content = objectAt(wire, 'content');
  const time = wire['origin_server_ts'];
  if (content === undefined) throw new Unusable('replaced an event by one whose content is no object');
  if (typeof time !== 'number' || !Number.isSafeInteger(time)) throw new Unusable('replaced an event by one whose origin_server_ts is no integer');
  try {
    canonicalJson(content, event.version.json);
  } catch (error) {
    throw new Unusable(`replaced an event by one that cannot be sent: ${(error as Error).message}`);
  }
  return { ...event, content, originServerTs: time, pdu: { ...event.pdu, content, origin_server_ts: time } };
}
