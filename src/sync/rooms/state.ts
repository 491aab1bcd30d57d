import { isState, stateKeyOf, type StateKey } from '../../core/event.ts';
import type { EventId, RoomId } from '../../core/identifiers.ts';
import type { Work } from '../../kernel/work.ts';
import * as currentState from '../../store/current-state.ts';
import type { StateChange, StateEntry } from '../../store/current-state.ts';
import type { StoredEvent } from '../../store/events.ts';

/** Which state of a room a client needs, beside what its timeline says. */
export interface StateWanted {
  readonly roomId: RoomId;
  /** Where the state that is told stands: the start of the timeline, or its end for `state_after`. */
  readonly at: number;
  readonly upTo: number;
  /** All changes of the room's state after the position up to which the client knows it, or after `at` where it knows nothing. */
  readonly changes: readonly StateChange[];
  /** True where the client knows nothing. */
  readonly whole: boolean;
  /** What the timeline tells. */
  readonly delivered: readonly StoredEvent[];
  /** Members that lazy loading asks for; undefined where all members are told. */
  readonly members: ReadonlySet<string> | undefined;
}

/** https://spec.matrix.org/v1.19/client-server-api/#syncing */
export function* stateFor(wanted: StateWanted): Work<readonly EventId[]> {
  const state = wanted.whole ? yield* wholeState(wanted) : changedState(wanted);
  if (!wanted.whole && wanted.members !== undefined) yield* addMembers(state, wanted, wanted.members);
  addUndelivered(state, wanted);
  return [...state.values()];
}

type State = Map<StateKey, EventId>;
const keyOf = (entry: StateEntry): StateKey => stateKeyOf(entry.type, entry.stateKey);

function* wholeState({ roomId, at, changes, members }: StateWanted): Work<State> {
  if (at === 0) return new Map();
  const entries =
    members === undefined
      ? yield* currentState.entries(roomId)
      : [...(yield* currentState.entriesWithoutMembers(roomId)), ...(yield* currentState.memberEntries(roomId, [...members]))];
  return undo(new Map(entries.map((entry) => [keyOf(entry), entry.eventId])), changes, at, members);
}

/** Takes back what happened after a position. */
function undo(state: State, changes: readonly StateChange[], at: number, members: ReadonlySet<string> | undefined): State {
  for (const change of changes.toReversed()) {
    if (change.pos <= at || !isWanted(change, members)) continue;
    if (change.previousId === null) state.delete(keyOf(change));
    else state.set(keyOf(change), change.previousId);
  }
  return state;
}

const changedState = ({ changes, at }: StateWanted): State =>
  new Map(changes.filter(({ pos }) => pos <= at).map((change) => [keyOf(change), change.eventId]));

/** Members whom the client has not been told of, as they were at the time. */
function* addMembers(state: State, { roomId, changes, at }: StateWanted, members: ReadonlySet<string>): Work<void> {
  const missing = new Set([...members].filter((userId) => !state.has(stateKeyOf('m.room.member', userId))));
  if (missing.size === 0) return;
  const present = yield* currentState.memberEntries(roomId, [...missing]);
  const isMissing = ({ type, stateKey }: StateEntry): boolean => type === 'm.room.member' && missing.has(stateKey);
  const then = undo(new Map(present.map((entry) => [keyOf(entry), entry.eventId])), changes.filter(isMissing), at, undefined);
  for (const [key, eventId] of then) state.set(key, eventId);
}

/**
 * Changes after the start of the timeline that it does not show, because a filter left them out: the client would never hear of
 * them, so they are told beforehand.
 */
function addUndelivered(state: State, { changes, at, upTo, delivered, members, whole }: StateWanted): void {
  const shown = new Set(delivered.flatMap(({ event }) => (isState(event) ? stateKeyOf(event.type, event.stateKey) : [])));
  for (const change of changes) {
    if (change.pos <= at || change.pos > upTo || shown.has(keyOf(change))) continue;
    if (!whole || isWanted(change, members)) state.set(keyOf(change), change.eventId);
  }
}

const isWanted = ({ type, stateKey }: StateEntry, members: ReadonlySet<string> | undefined): boolean =>
  type !== 'm.room.member' || members === undefined || members.has(stateKey);
