import { isDeepStrictEqual } from 'node:util';
import type { EventTemplate } from '../../core/event.ts';
import type { EventId, RoomId } from '../../core/identifiers.ts';
import type { EventPlan } from '../../kernel/event-plan.ts';
import type { Work } from '../../kernel/work.ts';
import * as currentState from '../../store/current-state.ts';

/** State of a room as somebody wants it to become. */
export interface StateChange {
  readonly roomId: RoomId;
  readonly event: StateTemplate;
  /** The event by which it is so already; then no event is made. */
  readonly standing: EventId | undefined;
}
export type StateTemplate = EventTemplate & { readonly stateKey: string };

/** A change, which stands already where the same sender has said the same before and nobody has said otherwise since. */
export function* stateChange(roomId: RoomId, event: StateTemplate): Work<StateChange> {
  const present = yield* currentState.eventAt(roomId, event.type, event.stateKey);
  const isSame = present?.sender === event.sender && isDeepStrictEqual(present.content, event.content);
  return { roomId, event, standing: isSame ? present.eventId : undefined };
}

/** The events of a change (undefined: nothing is to change), with others that follow from it. */
export function changeEvents(change: StateChange | undefined, following: readonly EventTemplate[] = []): readonly EventPlan[] {
  if (change === undefined || change.standing !== undefined) return [];
  return [{ room: { id: change.roomId }, events: [change.event, ...following] }];
}
