import { serverOf, type DeviceId, type UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { AlreadyDone } from '../../kernel/already-done.ts';
import { invalidParam, MatrixError } from '../../kernel/errors.ts';
import { wake, type Work } from '../../kernel/work.ts';
import { nextPosition } from '../../store/stream.ts';
import * as toDevice from '../../store/to-device.ts';
import type { Overflow } from '../../store/to-device.ts';
import * as transactions from '../../store/to-device-transactions.ts';
import { requestOf } from '../../store/transactions.ts';
import { defineOperation } from '../define.ts';

/** More than a client sends to the devices of the largest rooms at once; one transaction may not take for ever. */
const MAX_MESSAGES = 10_000;
/** Bytes; an event may not have more either. */
const MAX_CONTENT = 65_536;

export interface AddressedMessage {
  readonly userId: UserId;
  /** `*` for all devices of the user. */
  readonly deviceId: DeviceId | '*';
  readonly content: JsonObject;
}
interface Sending {
  readonly type: string;
  readonly txnId: string;
  readonly messages: readonly AddressedMessage[];
}

/**
 * Sends messages to devices; what an inbox has to drop for them is written to the log.
 * https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3sendtodeviceeventtypetxnid
 */
export const sendToDevice = defineOperation({
  name: 'send-to-device',
  prepare(context, who, { type, txnId, messages }: Sending) {
    if (messages.length > MAX_MESSAGES) throw invalidParam(`At most ${MAX_MESSAGES} messages can be sent at once`);
    const texts = messages.map(({ content, ...to }) => ({ ...to, content: sized(JSON.stringify(content)) }));
    // The messages of a shadow-banned user reach their own devices only.
    const reached = texts.filter(({ userId }) => serverOf(userId) === context.serverName && (!who.shadowBanned || userId === who.userId));
    const request = requestOf(who, `sendToDevice/${type}`, txnId);
    // A message that names its device goes before one for all devices of the user: each gets one only.
    const ordered = reached.toSorted((a, b) => Number(a.deviceId === '*') - Number(b.deviceId === '*'));
    const { max_messages, max_bytes } = context.config.inboxes;
    const limits = { messages: max_messages, bytes: max_bytes };
    const overflows: Overflow[] = [];
    return { sender: who.userId, type, messages: ordered, request, limits, overflows, now: context.clock.now() };
  },
  *commit({ sender, type, messages, request, limits, overflows, now }): Work<void> {
    if (!(yield* transactions.record(request, now))) throw new AlreadyDone(undefined);
    const pos = yield* nextPosition();
    overflows.length = 0;
    for (const { userId, deviceId, content } of messages) {
      overflows.push(...(yield* toDevice.add(userId, deviceId, { sender, type, content }, pos, limits)));
    }
    for (const userId of new Set(messages.map((message) => message.userId))) yield* wake(`user:${userId}`);
  },
  async release({ log }, { overflows }, committed) {
    if (!committed) return;
    for (const overflow of overflows)
      log.warn({ ...overflow }, 'the inbox of a device is full, as nobody reads it; its oldest messages were dropped');
  },
});

function sized(json: string): string {
  if (Buffer.byteLength(json) > MAX_CONTENT) throw new MatrixError(413, 'M_TOO_LARGE', `A message may have at most ${MAX_CONTENT} bytes`);
  return json;
}
