import type { RoomId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Work } from '../../kernel/work.ts';
import * as currentState from '../../store/current-state.ts';
import * as events from '../../store/events.ts';
import type { StoredEvent } from '../../store/events.ts';

/** What lets somebody recognise a room that they may enter. */
const TYPES = ['m.room.create', 'm.room.name', 'm.room.avatar', 'm.room.topic', 'm.room.join_rules', 'm.room.canonical_alias', 'm.room.encryption'];

/**
 * The room as somebody sees it who is outside of it: https://spec.matrix.org/v1.19/client-server-api/#stripped-state
 * @param membership their invite or knock, which comes last, after the inviter's membership
 */
export function* strippedState(roomId: RoomId, membership: StoredEvent): Work<readonly JsonObject[]> {
  const { event } = membership;
  const entries = [
    ...(yield* currentState.entriesAt(roomId, TYPES)),
    ...(event.sender === event.stateKey ? [] : yield* currentState.memberEntries(roomId, [event.sender])),
  ];
  const found = yield* events.findAll(entries.map(({ eventId }) => eventId));
  return [...found.toSorted((a, b) => a.pos - b.pos), membership].map(strip);
}

const strip = ({ event }: StoredEvent): JsonObject => ({
  type: event.type,
  state_key: event.stateKey ?? '',
  sender: event.sender,
  content: event.content,
});
