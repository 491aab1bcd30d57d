import type { Event, EventTemplate } from '../../core/event.ts';
import type { EventId, RoomId } from '../../core/identifiers.ts';
import { AlreadyDone } from '../../kernel/already-done.ts';
import type { EventPlan } from '../../kernel/event-plan.ts';
import type { Work } from '../../kernel/work.ts';
import * as transactions from '../../store/transactions.ts';
import type { ClientRequest } from '../../store/transactions.ts';
import { guestDeparturesAfterRedaction } from './membership/guest-departures.ts';

/** A message event on its way into a room, with what follows from it and the request that it came by. */
export interface Sending {
  readonly roomId: RoomId;
  /** Undefined when no client waits for the answer (a module, a background job). */
  readonly request: ClientRequest | undefined;
  readonly sent: { readonly events: readonly [EventTemplate, ...EventTemplate[]] } | { readonly before: EventId };
}

/**
 * Looks whether a request was made before, and only otherwise what it wants to send.
 * https://spec.matrix.org/v1.19/client-server-api/#transaction-identifiers
 */
export function* beginSending(roomId: RoomId, request: ClientRequest | undefined, template: () => Work<EventTemplate>): Work<Sending> {
  const before = request === undefined ? undefined : yield* transactions.find(request);
  if (before !== undefined) return { roomId, request, sent: { before } };
  const event = yield* template();
  const following = event.redacts === undefined ? [] : yield* guestDeparturesAfterRedaction(roomId, event.redacts);
  return { roomId, request, sent: { events: [event, ...following] } };
}

export const sendingEvents = ({ roomId, sent }: Sending): readonly EventPlan[] =>
  'events' in sent ? [{ room: { id: roomId }, events: sent.events }] : [];

/** Remembers the request. @returns the id of the event, of the first one when the request was made before */
export function* finishSending({ request, sent }: Sending, event: Event | undefined): Work<EventId> {
  if ('before' in sent) return sent.before;
  if (event === undefined) throw new Error('The event was not made');
  const other = request === undefined ? undefined : yield* transactions.record(request, event.eventId);
  if (other !== undefined) throw new AlreadyDone(other);
  return event.eventId;
}
