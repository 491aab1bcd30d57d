import type { Event, EventTemplate } from '../core/event.ts';
import type { RoomId } from '../core/identifiers.ts';
import type { RoomVersion } from '../core/room-versions.ts';
import type { Work } from './work.ts';

/** Room state that is looked up when somebody asks for it, one key at a time. */
export interface StateView {
  get(type: string, stateKey: string): Promise<Event | undefined>;
  has(type: string, stateKey: string): Promise<boolean>;
  [Symbol.asyncIterator](): AsyncIterator<readonly [type: string, stateKey: string, event: Event]>;
}

/** A template, or a function that makes one once the events before it (in all plans of the operation) are known. */
export type PlannedEvent = EventTemplate | ((made: readonly Event[]) => EventTemplate);

/** The events that an operation wants to add to one room, in order. */
export interface EventPlan {
  readonly room:
    | { readonly id: RoomId }
    | { readonly create: RoomVersion; /** Undefined where the create event's hash is the id. */ readonly id: RoomId | undefined };
  readonly events: readonly PlannedEvent[];
  /** True for what even a shadow-banned user really does: otherwise their events in rooms of others are for their own eyes only. */
  readonly openly?: boolean;
}

/** A room's events in the making: where they stand in the graph, and the state as it will be after those made so far. */
export interface RoomDraft {
  readonly plan: EventPlan;
  readonly made: readonly Event[];
}

/** Makes events. Everything here is Work, so that it can run before the gates and again inside the commit. */
export interface EventBuilder<Draft extends RoomDraft = RoomDraft> {
  /** The place in the graph as it was when this server last wrote to the room; undefined where that is not in memory, and for new rooms, which `begin` asks nothing about. The commit looks whether it still is. */
  recall(plan: EventPlan): Draft | undefined;
  /** Finds the place in the graph. Throws M_NOT_FOUND for an unknown room. */
  begin(plan: EventPlan): Work<Draft>;
  /** Builds and authorises the next event, which is not signed yet; throws M_FORBIDDEN, M_TOO_LARGE, M_BAD_JSON. Changes nothing in the draft. */
  build(draft: Draft, template: EventTemplate): Work<Event>;
  /** Takes a built event into the draft: later events stand upon it. */
  accept(draft: Draft, event: Event): void;
  /** Signs those of the draft's events that are not signed yet. */
  sign(draft: Draft): void;
  /**
   * Puts an event that others have signed in the place of the same one without their signatures.
   * @throws M_TOO_LARGE
   */
  takeSigned(draft: Draft, event: Event): void;
  /** The state before the next event of this draft. */
  state(draft: Draft): StateView;
  /** The present state of a room, as it is when it is looked at. */
  presentState(roomId: RoomId): StateView;
  /** Whether the room is still as it was when the draft began. */
  standing(draft: Draft): Work<'same' | 'moved' | 'state-changed'>;
  /** Stores the draft's events, signed. `hidden`: only their sender will ever see them. */
  store(draft: Draft, options: { readonly hidden: boolean }): Work<void>;
}
