import { stateKeyOf, isState, type Event, type StateKey } from '../../core/event.ts';
import type { RoomId } from '../../core/identifiers.ts';
import type { RoomVersion } from '../../core/room-versions.ts';
import type { EventPlan, RoomDraft } from '../../kernel/event-plan.ts';
import type { StateGroup } from '../../store/state.ts';

/** A room's place in the graph as it was when the draft began, and the events made upon it since. */
export class GraphDraft implements RoomDraft {
  readonly plan: EventPlan;
  readonly version: RoomVersion;
  /** Undefined until the create event of a new room gives it. */
  roomId: RoomId | undefined;
  /** The events that the next one follows. */
  tips: readonly Event[];
  /** State that the room had before the draft. */
  readonly stateGroup: StateGroup | undefined;
  readonly began: readonly Event[];
  readonly made: Event[] = [];
  /** What is to be signed of events that are not yet: of those whose place is taken before they are stored, nothing ever is. */
  readonly toSign = new Map<Event, Uint8Array>();
  readonly #overlay = new Map<StateKey, Event>();

  constructor(plan: EventPlan, version: RoomVersion, roomId: RoomId | undefined, tips: readonly Event[], stateGroup: StateGroup | undefined) {
    this.plan = plan;
    this.version = version;
    this.roomId = roomId;
    this.tips = tips;
    this.began = tips;
    this.stateGroup = stateGroup;
  }

  get isNew(): boolean {
    return 'create' in this.plan.room;
  }

  /** State that the draft's own events have set. */
  ownState(type: string, stateKey: string): Event | undefined {
    return this.#overlay.get(stateKeyOf(type, stateKey));
  }

  ownStates(): ReadonlyMap<StateKey, Event> {
    return this.#overlay;
  }

  accept(event: Event): void {
    this.roomId ??= event.roomId;
    this.tips = [event];
    this.made.push(event);
    this.#noteState(event);
  }

  /** Takes the same event with more signatures. */
  takeSigned(event: Event): void {
    this.made.splice(
      this.made.findIndex(({ eventId }) => eventId === event.eventId),
      1,
      event,
    );
    if (this.tips.some(({ eventId }) => eventId === event.eventId)) this.tips = [event];
    this.#noteState(event);
  }

  #noteState(event: Event): void {
    if (isState(event)) this.#overlay.set(stateKeyOf(event.type, event.stateKey), event);
  }
}
