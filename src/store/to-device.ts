import type { DeviceId, UserId } from '../core/identifiers.ts';
import type { JsonObject } from '../core/json.ts';
import { execute, row, rows, type Work } from '../kernel/work.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#send-to-device-messaging */
export interface ToDeviceMessage<Content> {
  readonly sender: UserId;
  readonly type: string;
  readonly content: Content;
}
export interface PendingMessage extends ToDeviceMessage<JsonObject> {
  readonly pos: number;
}

/** What an inbox may hold. */
export interface InboxLimits {
  readonly messages: number;
  /** Of contents. */
  readonly bytes: number;
}

/** Messages that a device will never get. */
export interface Overflow {
  readonly userId: UserId;
  readonly deviceId: DeviceId;
  readonly dropped: number;
}

interface Added {
  readonly deviceId: DeviceId;
  /** Totals of the inbox since it was empty last, this message included. */
  readonly number: number;
  readonly totalBytes: number;
}

/** How much of a full inbox is emptied at once, so that it does not overflow with every message. */
const DROPPED_PART = 0.1;

/**
 * Puts a message into the inbox of a device, or of all devices of a user (`*`); where there is no such device nothing happens.
 * One message a device can be added at a position: the first one stays.
 *
 * An inbox that nobody reads does not grow for ever: when it is full its oldest messages are dropped, never the new one. A sender could do
 * nothing about a refusal, and of a message to many devices one that is never read would hold up all others. What is newest is what a
 * device needs first when it comes back: the keys of what is said now. Those of long ago are the likeliest to be in the key backup.
 * @param message with its content as JSON
 * @returns the inboxes that had to drop something
 */
export function* add(
  userId: UserId,
  deviceId: DeviceId | '*',
  message: ToDeviceMessage<string>,
  pos: number,
  limits: InboxLimits,
): Work<readonly Overflow[]> {
  const added = yield* rows<Added>(
    `insert into to_device_messages (user_id, device_id, pos, sender, type, content, number, total_bytes)
     select d.user_id, d.device_id, ?, ?, ?, ?, coalesce(last.number, 0) + 1, coalesce(last.total_bytes, 0) + ?
     from devices d left join to_device_messages last on last.user_id = d.user_id and last.device_id = d.device_id and last.pos =
       (select max(m.pos) from to_device_messages m where m.user_id = d.user_id and m.device_id = d.device_id)
     where d.user_id = ? and (d.device_id = ? or ? = '*')
     on conflict (user_id, device_id, pos) do nothing returning device_id as "deviceId", number, total_bytes as "totalBytes"`,
    pos,
    message.sender,
    message.type,
    message.content,
    Buffer.byteLength(message.content),
    userId,
    deviceId,
    deviceId,
  );
  const overflows: Overflow[] = [];
  for (const inbox of added) {
    if (inbox.number <= limits.messages && inbox.totalBytes <= limits.bytes) continue;
    const dropped = yield* dropOldest(userId, inbox, limits);
    if (dropped > 0) overflows.push({ userId, deviceId: inbox.deviceId, dropped });
  }
  return overflows;
}

/** Makes room in an inbox if it is too full. @returns how many messages were dropped */
function* dropOldest(userId: UserId, { deviceId, number, totalBytes }: Added, limits: InboxLimits): Work<number> {
  const first = yield* row<{ number: number; totalBytes: number; size: number }>(
    `select number, total_bytes as "totalBytes", octet_length(content) as size from to_device_messages where user_id = ? and device_id = ? order by pos limit 1`,
    userId,
    deviceId,
  );
  if (first === undefined) return 0;
  const bytes = totalBytes - first.totalBytes + first.size;
  if (number - first.number < limits.messages && bytes <= limits.bytes) return 0;
  const kept = 1 - DROPPED_PART;
  const gone = yield* rows(
    `delete from to_device_messages where user_id = ? and device_id = ? and number < ? and pos <=
     (select pos from to_device_messages where user_id = ? and device_id = ? and number >= ? and total_bytes >= ? order by pos limit 1)
     returning number`,
    userId,
    deviceId,
    number,
    userId,
    deviceId,
    number - Math.floor(limits.messages * kept),
    totalBytes - Math.floor(limits.bytes * kept),
  );
  return gone.length;
}

/** The oldest messages after one position and up to another. */
export function* listBetween(userId: UserId, deviceId: DeviceId, after: number, upTo: number, limit: number): Work<readonly PendingMessage[]> {
  const found = yield* rows<{ sender: UserId; type: string; content: string; pos: number }>(
    'select sender, type, content, pos from to_device_messages where user_id = ? and device_id = ? and pos > ? and pos <= ? order by pos limit ?',
    userId,
    deviceId,
    after,
    upTo,
    limit,
  );
  return found.map((each) => ({ ...each, content: JSON.parse(each.content) as JsonObject }));
}

/** Whether the inbox still holds messages up to a position. */
export function* hasUpTo(userId: UserId, deviceId: DeviceId, upTo: number): Work<boolean> {
  const found = yield* row('select 1 from to_device_messages where user_id = ? and device_id = ? and pos <= ? limit 1', userId, deviceId, upTo);
  return found !== undefined;
}

export function* removeUpTo(userId: UserId, deviceId: DeviceId, upTo: number): Work<void> {
  yield* execute('delete from to_device_messages where user_id = ? and device_id = ? and pos <= ?', userId, deviceId, upTo);
}
