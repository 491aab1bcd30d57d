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

/**
 * Puts a message into the inbox of a device, or of all devices of a user (`*`); where there is no such device nothing happens.
 * One message a device can be added at a position: the first one stays.
 * @param message with its content as JSON
 */
export function* add(userId: UserId, deviceId: DeviceId | '*', message: ToDeviceMessage<string>, pos: number): Work<void> {
  yield* execute(
    `insert into to_device_messages (user_id, device_id, pos, sender, type, content)
     select user_id, device_id, ?, ?, ?, ? from devices where user_id = ? and (device_id = ? or ? = '*')
     on conflict (user_id, device_id, pos) do nothing`,
    pos,
    message.sender,
    message.type,
    message.content,
    userId,
    deviceId,
    deviceId,
  );
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
