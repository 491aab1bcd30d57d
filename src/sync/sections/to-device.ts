import type { ReceivedMessages } from '../../engine/encryption/received-messages.ts';
import * as toDevice from '../../store/to-device.ts';
import type { Section } from '../section.ts';

/** How many messages one reply carries; the others come with the next. */
const MAX_MESSAGES = 100;

/**
 * Messages that wait for the device. What it has received, as its `since` shows, is handed over to be deleted:
 * https://spec.matrix.org/v1.19/client-server-api/#send-to-device-messaging
 */
export const toDeviceSection = (received: ReceivedMessages): Section =>
  function* (request) {
    const { since, upTo } = request;
    const { userId, deviceId } = request.viewer;
    if (deviceId === undefined) return undefined;
    const after = since?.toDevice ?? 0;
    if (since !== undefined && (yield* toDevice.hasUpTo(userId, deviceId, after))) received.note(userId, deviceId, after);
    if (since?.toDevice === since?.stream && !request.mayHaveChanged(`user:${userId}`)) return undefined;
    const waiting = yield* toDevice.listBetween(userId, deviceId, after, upTo.stream, MAX_MESSAGES + 1);
    const told = waiting.slice(0, MAX_MESSAGES);
    const last = told.at(-1);
    if (last === undefined) return undefined;
    const events = told.map(({ sender, type, content }) => ({ sender, type, content }));
    return { body: { to_device: { events } }, isNews: true, ...(waiting.length > told.length && { next: { toDevice: last.pos } }) };
  };
