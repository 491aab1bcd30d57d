import type { EventId, RoomId } from '../../core/identifiers.ts';
import { redaction } from '../../engine/rooms/redaction.ts';
import { beginSending, finishSending, sendingEvents } from '../../engine/rooms/sending.ts';
import type { Requester } from '../../kernel/requester.ts';
import * as transactions from '../../store/transactions.ts';
import { defineOperation } from '../define.ts';

interface Redacting {
  readonly roomId: RoomId;
  readonly eventId: EventId;
  readonly txnId: string;
  readonly reason: string | undefined;
}

/** Takes an event's content away for good: https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3roomsroomidredacteventidtxnid */
export const redactEvent = defineOperation({
  name: 'redact-event',
  prepare(context, who: Requester, { roomId, eventId, txnId, reason }: Redacting) {
    const request = transactions.requestOf(who, `redact/${roomId}/${eventId}`, txnId);
    const content = reason === undefined ? {} : { reason };
    return context.read(() => beginSending(roomId, request, () => redaction(roomId, eventId, who, content)));
  },
  events: (draft) => sendingEvents(draft),
  commit: (draft, [event]) => finishSending(draft, event),
});
