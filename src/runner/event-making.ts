import type { Event, EventTemplate } from '../core/event.ts';
import { objectAt, type JsonObject } from '../core/json.ts';
import type { Reader } from '../kernel/database.ts';
import type { EventBuilder, EventPlan, PlannedEvent, RoomDraft } from '../kernel/event-plan.ts';
import type { Occasion, Policy } from '../kernel/questions.ts';
import type { Work } from '../kernel/work.ts';

/** Thrown inside a commit when the state that the modules judged by is no longer the room's state. */
export class StateChanged extends Error {}

interface MakingServices {
  readonly reader: Reader;
  readonly policy: Policy;
  readonly builder: EventBuilder;
}

/**
 * The events of one operation on their way into the graph. They are built and shown to the modules first, without holding
 * anything; the commit then takes them as they are where the room stood still, and builds them anew where it moved on.
 */
export class EventMaking {
  readonly #services: MakingServices;
  readonly #plans: EventPlan[];
  #drafts: RoomDraft[] = [];
  #stored: Event[] = [];

  constructor(services: MakingServices, plans: readonly EventPlan[]) {
    this.#services = services;
    this.#plans = [...plans];
    // The builder remembers state by its group, and a second plan would stand on a group that may still be rolled back.
    const rooms = plans.map(({ room }) => room.id).filter((id) => id !== undefined);
    if (new Set(rooms).size < rooms.length) throw new Error('An operation plans the events of one room twice; put them into one plan');
  }

  /** What was stored for everybody to see; what only its sender will ever see is nobody else's news. */
  get stored(): readonly Event[] {
    return this.#stored;
  }

  /** Builds every event and asks the modules about each, on the state so far. A replacement takes the planned event's place for good. */
  async judge(occasion: Occasion): Promise<void> {
    const { policy, reader, builder } = this.#services;
    this.#drafts = [];
    if (!policy.answers('check_event_allowed') && !policy.answers('check_event_for_spam')) return;
    const made: Event[] = [];
    for (const [index, plan] of this.#plans.entries()) {
      const draft = await reader.read(() => builder.begin(plan));
      const events: PlannedEvent[] = [];
      for (const planned of plan.events) {
        const judged = await this.#judgeOne(draft, planned, made, occasion);
        builder.accept(draft, judged.event);
        made.push(judged.event);
        events.push(judged.planned);
      }
      this.#plans[index] = { ...plan, events };
      this.#drafts.push(draft);
    }
  }

  /**
   * Stores the events, inside the commit. @param again whether the modules are to be asked again when the state changed (StateChanged is thrown)
   * @returns all events in order, as they were stored
   */
  *store(hidden: boolean, again: boolean): Work<readonly Event[]> {
    const { builder } = this.#services;
    const made: Event[] = [];
    this.#stored = [];
    for (const [index, plan] of this.#plans.entries()) {
      let draft = this.#drafts[index];
      const standing = draft === undefined ? 'moved' : yield* builder.standing(draft);
      if (standing === 'state-changed' && again) throw new StateChanged();
      if (draft === undefined || standing !== 'same') draft = yield* this.#rebuild(plan, made);
      const isHidden = hidden && plan.openly !== true && !('create' in plan.room);
      yield* builder.store(draft, { hidden: isHidden });
      made.push(...draft.made);
      if (!isHidden) this.#stored.push(...draft.made);
    }
    return made;
  }

  async #judgeOne(
    draft: RoomDraft,
    planned: PlannedEvent,
    made: readonly Event[],
    occasion: Occasion,
  ): Promise<{ event: Event; planned: PlannedEvent }> {
    const { policy, reader, builder } = this.#services;
    const template = templateOf(planned, made);
    const event = await reader.read(() => builder.build(draft, template));
    const replacement = await policy.ask('check_event_allowed', occasion, event, builder.state(draft));
    if (replacement === undefined) {
      await policy.ask('check_event_for_spam', occasion, event);
      return { event, planned };
    }
    const other = replaced(template, replacement);
    const replacedEvent = await reader.read(() => builder.build(draft, other));
    await policy.ask('check_event_for_spam', occasion, replacedEvent);
    return { event: replacedEvent, planned: other };
  }

  *#rebuild(plan: EventPlan, made: readonly Event[]): Work<RoomDraft> {
    const { builder } = this.#services;
    const draft = yield* builder.begin(plan);
    for (const planned of plan.events) {
      builder.accept(draft, yield* builder.build(draft, templateOf(planned, [...made, ...draft.made])));
    }
    return draft;
  }
}

const templateOf = (planned: PlannedEvent, made: readonly Event[]): EventTemplate => (typeof planned === 'function' ? planned(made) : planned);

/** The policy has checked that room, type, state key and sender are the same; what may differ is the content and the time. */
function replaced(template: EventTemplate, wire: JsonObject): EventTemplate {
  const time = wire['origin_server_ts'];
  return { ...template, content: objectAt(wire, 'content') ?? template.content, ...(typeof time === 'number' && { originServerTs: time }) };
}
