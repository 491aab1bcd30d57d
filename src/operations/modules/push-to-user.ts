import type { UserId } from '../../core/identifiers.ts';
import { objectAt, stringAt, type JsonObject } from '../../core/json.ts';
import { notifyGateway } from '../../engine/notifications/push-gateway.ts';
import { deviceOf } from '../../engine/notifications/push-notification.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as pushers from '../../store/pushers.ts';
import type { DevicePusher } from '../../store/pushers.ts';
import type { Context } from '../context.ts';
import { defineOperation } from '../define.ts';

interface Notification {
  readonly userId: UserId;
  /** Null for all devices. */
  readonly deviceId: string | null;
  readonly content: JsonObject;
  readonly tweaks: JsonObject;
  readonly defaultPayload: JsonObject;
}

interface Told {
  readonly pusher: DevicePusher;
  readonly isSent: boolean;
  /** The gateway does not want the pushkey any more. */
  readonly isRejected: boolean;
}

/** Sends a notification of a module's own to the gateways of a user, once. @returns by device whether its gateway took it */
export const pushToUser = defineOperation({
  name: 'push-to-user',
  async prepare(context, _who: Caller, notification: Notification, ask) {
    const { userId, deviceId } = notification;
    if (await ask('is_user_expired', userId)) return [];
    const found = await context.read(() => pushers.ofDevices(userId));
    const wanted = found.filter(({ kind, deviceId: device }) => kind === 'http' && (deviceId === null || device === deviceId));
    return Promise.all(wanted.map((pusher) => tell(context, pusher, notification)));
  },
  *commit(told): Work<Readonly<Record<string, boolean>>> {
    for (const { pusher, isRejected } of told) if (isRejected) yield* pushers.removeRejected(pusher.appId, pusher.pushkey);
    const devices = new Map<string, boolean>();
    for (const { pusher, isSent } of told) devices.set(pusher.deviceId ?? '', (devices.get(pusher.deviceId ?? '') ?? false) || isSent);
    return Object.fromEntries(devices);
  },
});

async function tell({ outgoing, log }: Context, pusher: DevicePusher, { content, tweaks, defaultPayload }: Notification): Promise<Told> {
  const { data, ...device } = deviceOf(pusher);
  const payload = { ...objectAt(pusher.data, 'default_payload'), ...defaultPayload };
  const withPayload = { ...(data as JsonObject), ...(Object.keys(payload).length > 0 && { default_payload: payload }) };
  const body = { ...content, devices: [{ ...device, data: withPayload, tweaks }] };
  try {
    const rejected = await notifyGateway(outgoing, stringAt(pusher.data, 'url') ?? '', body);
    const isRejected = rejected.includes(pusher.pushkey);
    return { pusher, isSent: !isRejected, isRejected };
  } catch (error) {
    log.info({ error, userId: pusher.userId, appId: pusher.appId }, 'a notification of a module could not be pushed');
    return { pusher, isSent: false, isRejected: false };
  }
}
