import { isState, type Event } from '../../core/event.ts';
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
import type { GraphDraft } from './room-draft.ts';
import { roomLevels } from './room-levels.ts';

/**
 * Writes a draft's events with all that follows from them: extremities, state, memberships, redactions and wake-ups.
 * Hidden events are kept for their sender only: they never become part of the graph.
 * @param now milliseconds since the epoch
 */
export function* storeDraft(draft: GraphDraft, hidden: boolean, now: number): Work<void> {
  const { roomId } = draft;
  if (roomId === undefined) return;
  if (draft.isNew) {
    yield* rooms.create(roomId, draft.version, now);
    yield* roomSummaries.create(roomId);
  }
  let group = draft.stateGroup;
  for (const event of draft.made) {
    if (hidden) {
      // What would follow for others, such as guests, does not.
      if (event.sender !== draft.made[0]?.sender) continue;
      yield* events.append(event, group, true);
      yield* wake(`user:${event.sender}`);
    } else {
      group = yield* storeEvent(event, group);
    }
  }
  yield* wake(`room:${roomId}`);
  yield* wake('queue:events');
}

/** @returns the state after the event */
function* storeEvent(event: Event, before: StateGroup | undefined): Work<StateGroup | undefined> {
  const pos = yield* events.append(event, before, false);
  yield* rooms.moveExtremities(event.roomId, event.eventId, event.prevEvents);
  if (event.redacts !== undefined) yield* applyRedaction(event);
  if (!isState(event)) return before;
  const after = yield* state.advance(event.roomId, before, [{ type: event.type, stateKey: event.stateKey, eventId: event.eventId }]);
  yield* rooms.setState(event.roomId, after);
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
