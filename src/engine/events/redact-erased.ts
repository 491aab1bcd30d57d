import { isState, type Event } from '../../core/event.ts';
import { parseEvent } from '../../core/events.ts';
import type { RoomId } from '../../core/identifiers.ts';
import { redact } from '../../core/redaction.ts';
import type { Work } from '../../kernel/work.ts';
import type { StoredEvent } from '../../store/events.ts';
import type { Membership } from '../../store/memberships.ts';
import * as users from '../../store/users.ts';

/**
 * Takes the content from messages of erased users that came before the viewer joined, when the erasure did as well.
 * State stays: without it the room could not be shown. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountdeactivate
 * @param present how the viewer stands to the rooms of these events
 */
export function* redactErased(stored: readonly StoredEvent[], present: ReadonlyMap<RoomId, Membership>): Work<readonly StoredEvent[]> {
  const joinedAt = (roomId: RoomId): number => present.get(roomId)?.joinedPos ?? Infinity;
  const early = stored.filter(({ event, pos }) => !isState(event) && pos < joinedAt(event.roomId));
  if (early.length === 0) return stored;
  const erasedAt = yield* users.erasedAmong([...new Set(early.map(({ event }) => event.sender))]);
  if (erasedAt.size === 0) return stored;
  const isErased = ({ event }: StoredEvent): boolean => (erasedAt.get(event.sender) ?? Infinity) < joinedAt(event.roomId);
  const affected = new Set(early.filter(isErased));
  return stored.map((one) => (affected.has(one) ? { ...one, event: redacted(one.event) } : one));
}

const redacted = ({ pdu, version, eventId, roomId }: Event): Event => parseEvent(redact(pdu, version), version, { eventId, roomId });
