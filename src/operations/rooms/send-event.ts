import type { EventId, RoomId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { AlreadyDone } from '../../kernel/already-done.ts';
import type { Work } from '../../kernel/work.ts';
import * as transactions from '../../store/transactions.ts';
import { defineOperation } from '../define.ts';

interface Sending {
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
  async prepare(context, who, input: Sending) {
    const { txnId } = input;
    const request = txnId === undefined ? undefined : transactions.requestOf(who, `send/${input.roomId}/${input.type}`, txnId);
    const before = request === undefined ? undefined : await context.read(() => transactions.find(request));
    return { ...input, sender: who.userId, request, before };
  },
  events(draft) {
    if (draft.before !== undefined) return [];
    const { roomId, type, sender, content, originServerTs } = draft;
    return [{ room: { id: roomId }, events: [{ type, sender, content, originServerTs }] }];
  },
  *commit({ request, before }, [event]): Work<EventId> {
    if (before !== undefined) return before;
    if (event === undefined) throw new Error('The event was not made');
    if (request !== undefined) {
      const other = yield* transactions.record(request, event.eventId);
      if (other !== undefined) throw new AlreadyDone(other);
    }
    return event.eventId;
  },
});
