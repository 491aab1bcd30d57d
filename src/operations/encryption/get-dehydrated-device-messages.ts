import type { DeviceId } from '../../core/identifiers.ts';
import { forbidden } from '../../kernel/errors.ts';
import { formatPosition, parsePosition } from '../../kernel/position-token.ts';
import * as dehydratedDevices from '../../store/dehydrated-devices.ts';
import * as toDevice from '../../store/to-device.ts';
import type { PendingMessage } from '../../store/to-device.ts';
import { defineRead } from '../define.ts';

/** How many messages are told at once. */
const PAGE = 100;

interface Page {
  readonly deviceId: DeviceId;
  /** The `end` of the page before; undefined for the first one. */
  readonly from: string | undefined;
}

export interface DehydratedDeviceMessages {
  readonly messages: readonly PendingMessage[];
  /** Where the next page begins. */
  readonly end: string;
  readonly hasMore: boolean;
}

/**
 * The messages that wait for the user's dehydrated device. They stay until the device is deleted, so that a client that breaks off, or
 * another one, can begin again: https://github.com/matrix-org/matrix-spec-proposals/pull/3814
 * @throws M_FORBIDDEN for any other device, M_INVALID_PARAM for a token of elsewhere
 */
export const getDehydratedDeviceMessages = defineRead({
  name: 'get-dehydrated-device-messages',
  prepare(context, { userId }, { deviceId, from }: Page): Promise<DehydratedDeviceMessages> {
    const after = from === undefined ? 0 : parsePosition(from);
    const upTo = context.notifier.position;
    return context.read(function* () {
      if ((yield* dehydratedDevices.find(userId))?.deviceId !== deviceId) throw forbidden('This is not your dehydrated device');
      const waiting = yield* toDevice.listBetween(userId, deviceId, after, upTo, PAGE + 1);
      const messages = waiting.slice(0, PAGE);
      return { messages, end: formatPosition(messages.at(-1)?.pos ?? after), hasMore: waiting.length > PAGE };
    });
  },
});
