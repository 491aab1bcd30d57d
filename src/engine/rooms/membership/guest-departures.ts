import type { EventTemplate } from '../../../core/event.ts';
import type { EventId, RoomId } from '../../../core/identifiers.ts';
import type { Work } from '../../../kernel/work.ts';
import * as currentState from '../../../store/current-state.ts';
import * as memberships from '../../../store/memberships.ts';
import type { StateChange } from '../state-change.ts';

/**
 * The events by which guests leave a room that no longer lets them be in it: https://spec.matrix.org/v1.19/client-server-api/#guest-access
 * @param change of any state
 */
export function* guestDepartures({ roomId, event, standing }: StateChange): Work<readonly EventTemplate[]> {
  const isClosing = event.type === 'm.room.guest_access' && event.stateKey === '' && event.content['guest_access'] !== 'can_join';
  return isClosing && standing === undefined ? yield* departures(roomId) : [];
}

/** The same where an event is redacted: without its content, m.room.guest_access lets nobody in. */
export function* guestDeparturesAfterRedaction(roomId: RoomId, redacted: EventId): Work<readonly EventTemplate[]> {
  return (yield* currentState.idAt(roomId, 'm.room.guest_access', '')) === redacted ? yield* departures(roomId) : [];
}

function* departures(roomId: RoomId): Work<readonly EventTemplate[]> {
  const guests = yield* memberships.joinedGuests(roomId);
  return guests.map((guest) => ({ type: 'm.room.member', stateKey: guest, sender: guest, content: { membership: 'leave' } }));
}
