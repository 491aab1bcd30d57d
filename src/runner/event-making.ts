import type { Event, EventTemplate } from '../core/event.ts';
import type { RoomId } from '../core/identifiers.ts';
import { objectAt, type JsonObject } from '../core/json.ts';
import type { Reader } from '../kernel/database.ts';
import type { EventBuilder, EventPlan, PlannedEvent, RoomDraft } from '../kernel/event-plan.ts';
import type { EventSigner } from '../kernel/question-values.ts';
import type { Occasion, Policy } from '../kernel/questions.ts';
import type { Work } from '../kernel/work.ts';

/** Thrown when what the modules said holds no longer: they judged by a state that has changed, or signed an event whose place was taken. */
export class StateChanged extends Error {}

interface MakingServices {
  readonly reader: Reader;
  readonly policy: Policy;
  readonly builder: EventBuilder;
  /** Whether what is made is for its sender's eyes only. */
  readonly hidden: boolean;
}

/** An event as it would stand in the graph, and what it was made of. */
interface Built {
  readonly planned: PlannedEvent;
  readonly event: Event;
}

/**
 * The events of one operation on their way into the graph. They are built and shown to the modules first, without holding
 * anything; the commit then takes them as they are where the room stood still, and builds them anew where it moved on.
 */
export class EventMaking {
  readonly #services: MakingServices;
  readonly #plans: EventPlan[];
  #drafts: RoomDraft[] = [];
  /** By which the events of each plan are to be signed; a place is undefined where nobody signs. */
  #signers: (readonly (EventSigner | undefined)[])[] = [];
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

  /** The rooms in whose events others are to sign; undefined when nobody is to sign anything. */
  get signedIn(): readonly RoomId[] | undefined {
    const plans = this.#plans.filter((_, index) => this.#isSigned(index));
    return plans.length === 0 ? undefined : plans.map(({ room }) => room.id).filter((id) => id !== undefined);
  }

  /**
   * Builds every event and asks the modules about each, on the state so far. A replacement takes the planned event's place for good.
   * @param signingOnly by whom the events are to be signed is asked, and nothing of what the modules have answered before
   * @returns undefined when no module looks at events
   */
  judge(occasion: Occasion, signingOnly = false): Promise<void> | undefined {
    const { policy } = this.#services;
    this.#drafts = [];
    this.#signers = [];
    const isSeen = policy.answers('check_event_allowed') || policy.answers('check_event_for_spam') || policy.answers('sign_event');
    return isSeen ? this.#judgeAll(occasion, signingOnly) : undefined;
  }

  async #judgeAll(occasion: Occasion, signingOnly: boolean): Promise<void> {
    const { policy, reader, builder } = this.#services;
    const made: Event[] = [];
    for (const [index, plan] of this.#plans.entries()) {
      const draft = builder.recall(plan) ?? (await reader.read(() => builder.begin(plan)));
      const events: PlannedEvent[] = [];
      const signers: (EventSigner | undefined)[] = [];
      // What only its sender will see is no part of the room, and for nobody to sign.
      const asksForSigners = policy.answers('sign_event') && !this.#isHidden(plan);
      for (const planned of plan.events) {
        let built: Built = { planned, event: this.#remembered(draft, planned, made) ?? (await this.#buildOne(draft, planned, made)) };
        if (!signingOnly && policy.answers('check_event_allowed')) built = await this.#allowed(draft, built, made, occasion);
        if (!signingOnly) await policy.ask('check_event_for_spam', occasion, built.event);
        if (asksForSigners) signers.push(await policy.ask('sign_event', occasion, built.event, builder.state(draft)));
        builder.accept(draft, built.event);
        made.push(built.event);
        events.push(built.planned);
      }
      this.#signers.push(signers);
      this.#plans[index] = { ...plan, events };
      this.#drafts.push(draft);
    }
  }

  /**
   * Lets the events be signed in the places that they have now, in this operation's turn.
   * @param again whether the modules are to be asked about everything again when the state changed
   * @throws StateChanged
   */
  async sign(occasion: Occasion, again: boolean): Promise<void> {
    const { reader, builder } = this.#services;
    const standings = await Promise.all(this.#drafts.map((draft) => reader.read(() => builder.standing(draft))));
    if (again && standings.includes('state-changed')) throw new StateChanged();
    if (standings.some((standing) => standing !== 'same')) await this.judge(occasion, true);
    for (const [index, draft] of this.#drafts.entries()) {
      if (!this.#isSigned(index)) continue;
      builder.sign(draft);
      for (const [at, event] of [...draft.made].entries()) {
        const signed = await this.#signers[index]?.[at]?.(event);
        if (signed !== undefined) builder.takeSigned(draft, signed);
      }
    }
  }

  /**
   * Stores the events, inside the commit. @param again whether the modules are to be asked again when the state changed (StateChanged is thrown, as
   * for signed events whose place was taken)
   * @returns all events in order, as they were stored
   */
  *store(again: boolean): Work<readonly Event[]> {
    const { builder } = this.#services;
    const made: Event[] = [];
    this.#stored = [];
    for (const [index, plan] of this.#plans.entries()) {
      let draft = this.#drafts[index];
      const standing = draft === undefined ? 'moved' : yield* builder.standing(draft);
      if ((standing === 'state-changed' && again) || (standing !== 'same' && this.#isSigned(index))) throw new StateChanged();
      if (draft === undefined || standing !== 'same') draft = yield* this.#rebuild(plan, made);
      const isHidden = this.#isHidden(plan);
      yield* builder.store(draft, { hidden: isHidden });
      made.push(...draft.made);
      if (!isHidden) this.#stored.push(...draft.made);
    }
    return made;
  }

  /** What modules allow: the event, or the one that they put in its place. */
  async #allowed(draft: RoomDraft, built: Built, made: readonly Event[], occasion: Occasion): Promise<Built> {
    const { policy, builder } = this.#services;
    const replacement = await policy.ask('check_event_allowed', occasion, built.event, builder.state(draft));
    if (replacement === undefined) return built;
    const planned = replaced(templateOf(built.planned, made), replacement);
    return { planned, event: await this.#buildOne(draft, planned, made) };
  }

  /** The event, where all that it is built of is in memory. */
  #remembered(draft: RoomDraft, planned: PlannedEvent, made: readonly Event[]): Event | undefined {
    const step = this.#services.builder.build(draft, templateOf(planned, made)).next();
    return step.done === true ? step.value : undefined;
  }

  #buildOne(draft: RoomDraft, planned: PlannedEvent, made: readonly Event[]): Promise<Event> {
    const { reader, builder } = this.#services;
    return reader.read(() => builder.build(draft, templateOf(planned, made)));
  }

  #isSigned(index: number): boolean {
    return this.#signers[index]?.some((signer) => signer !== undefined) === true;
  }

  #isHidden(plan: EventPlan): boolean {
    return this.#services.hidden && plan.openly !== true && !('create' in plan.room);
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
