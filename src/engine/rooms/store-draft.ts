import { isState, type Event } from '../../core/event.ts';
import type { RoomId } from '../../core/identifiers.ts';
import { objectAt } from '../../core/json.ts';
import { redact } from '../../core/redaction.ts';
import { wake, type Work } from '../../kernel/work.ts';
import * as currentState from '../../store/current-state.ts';
import * as eventSearch from '../../store/event-search.ts';
import * as events from '../../store/events.ts';
import * as roomSummaries from '../../store/room-summaries.ts';
import * as rooms from '../../store/rooms.ts';
import * as state from '../../store/state.ts';
import type { StateGroup } from '../../store/state.ts';
import { nextPosition, nextPositions } from '../../store/stream.ts';
import type { GraphDraft } from './room-draft.ts';
import { roomLevels } from './room-levels.ts';

/**
 * Writes a draft's events with all that follows from them: extremities, state, memberships, redactions and wake-ups.
 * Hidden events are kept for their sender only: they never become part of the graph.
 * @param now milliseconds since the epoch
 * @returns the room's state with them
 */
export function* storeDraft(draft: GraphDraft, hidden: boolean, now: number): Work<StateGroup | undefined> {
  const { roomId } = draft;
  if (roomId === undefined) return undefined;
  if (draft.isNew) {
    yield* rooms.create(roomId, draft.version, now);
    yield* roomSummaries.create(roomId);
  }
  const stateGroup = hidden ? yield* storeHidden(draft) : yield* storeOpenly(draft, roomId);
  yield* wake(`room:${roomId}`);
  yield* wake('queue:events');
  return stateGroup;
}

/** What would follow for others, such as guests, does not. */
function* storeHidden({ made, stateGroup }: GraphDraft): Work<StateGroup | undefined> {
  for (const event of made) {
    if (event.sender !== made[0]?.sender) continue;
    yield* events.append(event, yield* nextPosition(), stateGroup, true);
    yield* wake(`user:${event.sender}`);
  }
  return stateGroup;
}

/** The events are a chain, so that only its ends change what is said of the room itself: what the room refers to, and what state it has. */
function* storeOpenly({ made, stateGroup }: GraphDraft, roomId: RoomId): Work<StateGroup | undefined> {
  const [first, last] = [made[0], made.at(-1)];
  if (first === undefined || last === undefined) return stateGroup;
  const start = yield* nextPositions(made.length);
  let group = stateGroup;
  for (const [index, event] of made.entries()) group = yield* storeEvent(event, start + index, group);
  yield* rooms.moveExtremities(roomId, last.eventId, first.prevEvents);
  if (group !== undefined && group !== stateGroup) yield* rooms.setState(roomId, group);
  return group;
}

/** @returns the state after the event */
function* storeEvent(event: Event, pos: number, before: StateGroup | undefined): Work<StateGroup | undefined> {
  yield* events.append(event, pos, before, false);
  if (event.redacts !== undefined) yield* applyRedaction(event);
  if (!isState(event)) return before;
  const after = yield* state.advance(event.roomId, before, [{ type: event.type, stateKey: event.stateKey, eventId: event.eventId }]);
  yield* currentState.put(event, pos);
  if (event.type === 'm.room.member') yield* wake(`user:${event.stateKey}`);
  return after;
}

/**
 * Takes the redacted event's content away, where the sender may redact it; a redaction of an event that is in another room, or that is
 * not known, redacts nothing (https://spec.matrix.org/v1.19/rooms/v3/#handling-redactions).
 */
function* applyRedaction(redaction: Event): Work<void> {
  if (redaction.redacts === undefined) return;
  const target = yield* events.find(redaction.redacts);
  if (target === undefined || target.event.roomId !== redaction.roomId || target.redactedBy !== undefined) return;
  if (!(yield* roomLevels(redaction.roomId)).mayRedact(redaction.sender, target.event)) return;
  const redacted = redact(target.event.pdu, target.event.version);
  yield* events.replaceWithRedacted(target.event.eventId, redaction.eventId, redacted);
  yield* eventSearch.forget(target);
  if (isState(target.event)) yield* currentState.forgetContent({ ...target.event, content: objectAt(redacted, 'content') ?? {} });
}
