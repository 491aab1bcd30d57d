import { isState, parseStateKey, stateKeyOf, type StateMap } from '../../core/event.ts';
import type { EventId, RoomId } from '../../core/identifiers.ts';
import type { Work } from '../../kernel/work.ts';
import * as currentState from '../../store/current-state.ts';
import type { StateEntry } from '../../store/current-state.ts';
import type { StoredEvent } from '../../store/events.ts';
import * as state from '../../store/state.ts';
import type { Reading } from './may-read.ts';

/** The state after an event, or that part of it which has one type. */
export function* stateAfter({ event, stateBefore }: StoredEvent, type?: string): Work<StateMap> {
  const entries = new Map(stateBefore === undefined ? [] : yield* state.whole(stateBefore, type));
  if (isState(event) && (type === undefined || type === event.type)) entries.set(stateKeyOf(event.type, event.stateKey), event.eventId);
  return entries;
}

/** The whole state of a room as somebody may read it: as it is now, or as it was when they left. */
export function* readableState(roomId: RoomId, reading: Reading): Work<readonly StateEntry[]> {
  if (reading.as !== 'former-member') return yield* currentState.entries(roomId);
  return [...(yield* stateAfter(reading.departure))].map(([key, eventId]) => {
    const [type, stateKey] = parseStateKey(key);
    return { type, stateKey, eventId };
  });
}

/** The event at one key of that state. */
export function* readableStateAt(roomId: RoomId, reading: Reading, type: string, stateKey: string): Work<EventId | undefined> {
  if (reading.as !== 'former-member') return yield* currentState.idAt(roomId, type, stateKey);
  const { event, stateBefore } = reading.departure;
  if (event.type === type && event.stateKey === stateKey) return event.eventId;
  return stateBefore === undefined ? undefined : yield* state.lookUp(stateBefore, type, stateKey);
}
