import { isState, parseStateKey, stateKeyOf, type StateMap } from '../../core/event.ts';
import type { EventId, RoomId } from '../../core/identifiers.ts';
import type { Work } from '../../kernel/work.ts';
import * as currentState from '../../store/current-state.ts';
import type { StateEntry } from '../../store/current-state.ts';
import type { StoredEvent } from '../../store/events.ts';
import * as state from '../../store/state.ts';
import * as timeline from '../../store/timeline.ts';
import type { Reading } from './may-read.ts';

/** The state after an event, or that part of it which has one type. */
export function* stateAfter({ event, stateBefore }: StoredEvent, type?: string): Work<StateMap> {
  const entries = new Map(stateBefore === undefined ? [] : yield* state.whole(stateBefore, type));
  if (isState(event) && (type === undefined || type === event.type)) entries.set(stateKeyOf(event.type, event.stateKey), event.eventId);
  return entries;
}

/**
 * The event after which somebody reads the state of a room.
 * @param position the newest that clients are shown
 * @returns undefined where it is the room's present state
 */
export function* endOfReading(roomId: RoomId, reading: Reading, position: number): Work<StoredEvent | undefined> {
  if (reading.as === 'former-member' && reading.departure.pos <= position) return reading.departure;
  // What was changed after the position is not durable yet.
  const changes = yield* currentState.changesAfter(roomId, position);
  return changes.length === 0 ? undefined : yield* timeline.lastUpTo(roomId, position);
}

/** The whole state of a room as somebody may read it: as it is now, or as it was when they left. See `endOfReading`. */
export function* readableState(roomId: RoomId, reading: Reading, position: number): Work<readonly StateEntry[]> {
  const last = yield* endOfReading(roomId, reading, position);
  if (last === undefined) return yield* currentState.entries(roomId);
  return [...(yield* stateAfter(last))].map(([key, eventId]) => {
    const [type, stateKey] = parseStateKey(key);
    return { type, stateKey, eventId };
  });
}

/** What is to be read, and up to where. */
interface StateQuestion {
  readonly roomId: RoomId;
  readonly type: string;
  readonly stateKey: string;
  /** The newest position that clients are shown. */
  readonly position: number;
}

/** The event at one key of that state. */
export function* readableStateAt({ roomId, type, stateKey, position }: StateQuestion, reading: Reading): Work<EventId | undefined> {
  const last = yield* endOfReading(roomId, reading, position);
  if (last === undefined) return yield* currentState.idAt(roomId, type, stateKey);
  const { event, stateBefore } = last;
  if (event.type === type && event.stateKey === stateKey) return event.eventId;
  return stateBefore === undefined ? undefined : yield* state.lookUp(stateBefore, type, stateKey);
}
