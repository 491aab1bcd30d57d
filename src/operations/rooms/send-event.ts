import type { EventTemplate } from '../../core/event.ts';
import type { EventId, RoomId } from '../../core/identifiers.ts';
import { stringAt, type JsonObject } from '../../core/json.ts';
import { redaction } from '../../engine/rooms/redaction.ts';
import { checkNotRepeated, checkThreadRoot } from '../../engine/rooms/relation-rules.ts';
import { beginSending, finishSending, sendingEvents } from '../../engine/rooms/sending.ts';
import { badJson } from '../../kernel/errors.ts';
import { toEventId } from '../../kernel/parse.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as transactions from '../../store/transactions.ts';
import { defineOperation } from '../define.ts';

interface SendingEvent {
  readonly roomId: RoomId;
  readonly type: string;
  readonly content: JsonObject;
  /** Undefined when no client waits for the answer (a module, a background job). */
  readonly txnId: string | undefined;
  /** Milliseconds since the epoch, for those who may choose it. */
  readonly originServerTs?: number | undefined;
}

/** Sends a message event: https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3roomsroomidsendeventtypetxnid */
export const sendEvent = defineOperation({
  name: 'send-event',
  prepare(context, who: Requester, input: SendingEvent) {
    context.presence.active(who);
    const { roomId, type, txnId } = input;
    const request = txnId === undefined ? undefined : transactions.requestOf(who, `send/${roomId}/${type}`, txnId);
    return context.read(() => beginSending(roomId, request, () => messageEvent(who, input)));
  },
  events: (draft) => sendingEvents(draft),
  *commit(draft, [event]): Work<EventId> {
    const eventId = yield* finishSending(draft, event);
    if (event !== undefined) yield* checkNotRepeated(event);
    return eventId;
  },
});

function* messageEvent(who: Requester, { roomId, type, content, originServerTs }: SendingEvent): Work<EventTemplate> {
  if (type === 'm.room.redaction') {
    const { redacts: _moved, ...rest } = content;
    const redacts = stringAt(content, 'redacts');
    if (redacts === undefined) throw badJson('A redaction must name the event that it redacts in "redacts"');
    return { ...(yield* redaction(roomId, toEventId(redacts), who, rest)), originServerTs };
  }
  yield* checkThreadRoot(content);
  return { type, sender: who.userId, content, originServerTs };
}
