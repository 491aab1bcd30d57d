import type { Event } from '../event.ts';
import { createEventIdOf } from '../events.ts';
import type { EventId } from '../identifiers.ts';

/** The events that a resolution looks at, loaded by the caller: those in the states (the create event among them) and, from version 2 on, their whole auth chains. */
export interface StateEvents {
  event(id: EventId): Event | undefined;
  /** Whether an event was rejected when it was received; nothing was when absent. */
  isRejected?(id: EventId): boolean;
}

/** An event that the caller should have loaded. */
export class MissingEvent extends Error {
  override readonly name = 'MissingEvent';
  readonly eventId: EventId;

  constructor(eventId: EventId) {
    super(`State resolution needs the event ${eventId}, which was not loaded`);
    this.eventId = eventId;
  }
}

/** @throws MissingEvent */
export function need(events: StateEvents, id: EventId): Event {
  const event = events.event(id);
  if (event === undefined) throw new MissingEvent(id);
  return event;
}

/** The auth chains of some events, all in one: everything that their auth_events lead to. */
export function authChains(ids: Iterable<EventId>, events: StateEvents): Set<EventId> {
  const chain = new Set([...ids].flatMap((id) => need(events, id).authEvents));
  // A set is walked in the order of insertion, what is added on the way included.
  for (const id of chain) need(events, id).authEvents.forEach((auth) => chain.add(auth));
  return chain;
}

/** The state event that an event's auth_events name for a type, with the create event that a room id implies. */
export function authEventOf(event: Event, type: string, stateKey: string, events: StateEvents): Event | undefined {
  const implied = type === 'm.room.create' ? createEventIdOf(event.roomId, event.version) : undefined;
  const ids = implied === undefined ? event.authEvents : [implied];
  return ids.map((id) => need(events, id)).find((auth) => auth.type === type && auth.stateKey === stateKey);
}
