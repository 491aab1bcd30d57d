import type { Event, EventTemplate } from '../../core/event.ts';
import type { EventId, RoomId } from '../../core/identifiers.ts';
import { AlreadyDone } from '../../kernel/already-done.ts';
import type { EventPlan } from '../../kernel/event-plan.ts';
import type { Work } from '../../kernel/work.ts';
import * as transactions from '../../store/transactions.ts';
import type { ClientRequest } from '../../store/transactions.ts';

/** A message event on its way into a room, with the request that it came by. */
export interface Sending {
  readonly roomId: RoomId;
  /** Undefined when no client waits for the answer (a module, a background job). */
  readonly request: ClientRequest | undefined;
  readonly sent: { readonly event: EventTemplate } | { readonly before: EventId };
}

/**
 * Looks whether a request was made before, and only otherwise what it wants to send.
 * https://spec.matrix.org/v1.19/client-server-api/#transaction-identifiers
 */
export function* beginSending(roomId: RoomId, request: ClientRequest | undefined, template: () => Work<EventTemplate>): Work<Sending> {
  const before = request === undefined ? undefined : yield* transactions.find(request);
  return { roomId, request, sent: before === undefined ? { event: yield* template() } : { before } };
}

export const sendingEvents = ({ roomId, sent }: Sending): readonly EventPlan[] =>
  'event' in sent ? [{ room: { id: roomId }, events: [sent.event] }] : [];

/** Remembers the request. @returns the id of the event, of the first one when the request was made before */
export function* finishSending({ request, sent }: Sending, event: Event | undefined): Work<EventId> {
  if ('before' in sent) return sent.before;
  if (event === undefined) throw new Error('The event was not made');
  const other = request === undefined ? undefined : yield* transactions.record(request, event.eventId);
  if (other !== undefined) throw new AlreadyDone(other);
  return event.eventId;
}
