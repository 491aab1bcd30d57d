import type { Event } from '../core/event.ts';
import { AlreadyDone } from '../kernel/already-done.ts';
import { CONTRACT, type OperationName } from '../kernel/contract.ts';
import type { ContractLine } from '../kernel/contract/line.ts';
import type { Database } from '../kernel/database.ts';
import type { Conclusion } from '../kernel/decisions.ts';
import { MatrixError } from '../kernel/errors.ts';
import type { EventBuilder, EventPlan } from '../kernel/event-plan.ts';
import type { AnyOperation } from '../kernel/operation.ts';
import type { ListenerName, Occasion, Policy, QuestionName } from '../kernel/questions.ts';
import { isRequester, type Caller, type Origin } from '../kernel/requester.ts';
import { placeOfWork, whereWeAre } from '../kernel/place-of-work.ts';
import { nextRequestId } from '../kernel/request-id.ts';
import { addFields, type AddFields } from '../kernel/shown-events.ts';
import { ToldRefusal } from '../kernel/told-refusal.ts';
import type { Work } from '../kernel/work.ts';
import { EventMaking, StateChanged } from './event-making.ts';
import { refuseBarred, refuseSuspendedEvents } from './moderation.ts';
import { refuseWithinTurn, SigningTurns } from './signing-turns.ts';

/** How deep an operation may be asked for by a module that is itself being asked. */
const MAX_DEPTH = 8;
/** How often modules are asked about the same events because the room's state changed while they thought. */
const MAX_ROUNDS = 3;
/** How often, at most, events are signed that are never the next ones of their room by then. */
const MAX_SIGNINGS = 5;

const UNASKED_ORIGINS: readonly Origin[] = ['background', 'module'];

type Asking = ((name: QuestionName, ...args: unknown[]) => Promise<unknown>) & { readonly addFields: AddFields };

/** An operation without its types: they were checked where it was defined; the phases only pass values on. */
interface Erased {
  readonly name: OperationName;
  prepare(context: unknown, who: Caller, input: unknown, ask: Asking): unknown;
  before?(who: Caller, input: unknown): Readonly<Record<string, readonly unknown[]>>;
  gates?(draft: unknown, who: Caller): Readonly<Record<string, readonly (readonly unknown[])[]>>;
  arrange?(context: unknown, draft: unknown): Promise<unknown>;
  events?(draft: unknown): readonly EventPlan[];
  commit?(draft: unknown, made: readonly Event[]): Work<unknown>;
  release?(context: unknown, draft: unknown, committed: boolean): Promise<void>;
  listeners?(draft: unknown, out: unknown): Readonly<Record<string, readonly (readonly unknown[])[]>>;
}

/** Policy with the arguments unchecked, for calls whose types were checked at the operation's definition. */
interface ErasedPolicy {
  ask(name: QuestionName, occasion: Occasion, ...args: readonly unknown[]): Promise<unknown>;
  tell(name: ListenerName, occasion: Occasion, ...args: readonly unknown[]): Promise<void>;
}

/** What came of a commit. */
interface Done {
  readonly out: unknown;
  /** The same request had been done before, so nobody is told a second time. */
  readonly again: boolean;
  /** What everybody may know of. */
  readonly events: readonly Event[];
  /** All that was stored. */
  readonly made: readonly Event[];
}

export interface RunnerServices {
  readonly database: Database;
  readonly policy: Policy;
  readonly builder: EventBuilder;
  /** What `prepare` is handed. */
  readonly context: unknown;
}

/**
 * Drives every operation through its phases. Nothing else in the server holds both the modules and the right to write, so
 * nothing can be written that they were not asked about.
 */
export class Runner {
  readonly #services: RunnerServices;
  readonly #policy: ErasedPolicy;
  readonly #turns = new SigningTurns();

  constructor(services: RunnerServices) {
    this.#services = services;
    this.#policy = services.policy;
  }

  /** Runs an operation for somebody. Throws the MatrixError of whatever refused it; then nothing was stored. */
  run<N extends OperationName, In, Draft, Out, Who extends Caller>(
    operation: AnyOperation<N, In, Draft, Out, Who>,
    who: NoInfer<Who>,
    input: NoInfer<In>,
  ): Promise<Out> {
    const place = whereWeAre();
    const { depth, request = nextRequestId() } = place;
    if (depth >= MAX_DEPTH) {
      return Promise.reject(new MatrixError(500, 'M_UNKNOWN', `Modules called each other more than ${MAX_DEPTH} operations deep`));
    }
    const occasion: Occasion = { operation: operation.name, userId: isRequester(who) ? who.userId : undefined, request };
    const inside = { depth: depth + 1, request, turn: place.turn, module: undefined };
    return placeOfWork.run(inside, () => this.#concluded(operation as Erased, who, input, occasion)) as Promise<Out>;
  }

  /** Tells the decision trail what came of it. */
  async #concluded(operation: Erased, who: Caller, input: unknown, occasion: Occasion): Promise<unknown> {
    const stored: Event[] = [];
    try {
      const out = await this.#phases(operation, who, input, occasion, stored);
      await this.#addFields(out, occasion);
      this.#services.policy.conclude(occasion, { outcome: 'done', said: '', events: stored.map(({ eventId }) => eventId) });
      return out;
    } catch (error) {
      if (error instanceof ToldRefusal) await this.#policy.tell(error.listener, occasion, ...error.args);
      this.#services.policy.conclude(occasion, conclusionOf(error));
      throw error;
    }
  }

  /** @param stored is given what was stored, hidden events too */
  async #phases(operation: Erased, who: Caller, input: unknown, occasion: Occasion, stored: Event[]): Promise<unknown> {
    if (isRequester(who)) refuseBarred(operation.name, who);
    await this.#refuseExpired(operation.name, who, occasion);
    for (const [name, args] of Object.entries(operation.before?.(who, input) ?? {})) {
      await this.#policy.ask(name as QuestionName, occasion, ...args);
    }
    const draft = await operation.prepare(this.#services.context, who, input, this.#askFor(occasion));
    if (operation.commit === undefined) return draft;
    const done = await this.#gatesAndCommit(operation, draft, who, occasion);
    stored.push(...done.made);
    if (done.again) return done.out;
    await this.#tellOfEvents(done.events, occasion);
    for (const [name, calls] of Object.entries(operation.listeners?.(done.draft, done.out) ?? {})) {
      for (const args of calls) await this.#policy.tell(name as ListenerName, occasion, ...args);
    }
    return done.out;
  }

  #askFor(occasion: Occasion): Asking {
    return Object.assign((name: QuestionName, ...args: unknown[]) => this.#policy.ask(name, occasion, ...args), {
      addFields: (reply: unknown) => this.#addFields(reply, occasion),
    });
  }

  /** Every event that a client is shown passes here, whichever operation shows it. */
  async #addFields(reply: unknown, occasion: Occasion): Promise<void> {
    const { policy } = this.#services;
    if (!policy.answers('add_field_to_unsigned_callback')) return;
    await addFields(reply, (event) => policy.ask('add_field_to_unsigned_callback', occasion, event));
  }

  /** Account validity is asked for every operation, reads included; what the server or a module does of its own accord is nobody's request. */
  async #refuseExpired(name: OperationName, who: Caller, occasion: Occasion): Promise<void> {
    const line: ContractLine = CONTRACT[name];
    if (!isRequester(who) || UNASKED_ORIGINS.includes(who.origin) || line.expired === 'may') return;
    const { policy } = this.#services;
    if (policy.answers('is_user_expired') && (await policy.ask('is_user_expired', occasion, who.userId))) {
      throw new MatrixError(403, 'ORG_MATRIX_EXPIRED_ACCOUNT', 'This account has expired; ask the administrator of this server to renew it');
    }
  }

  async #tellOfEvents(events: readonly Event[], occasion: Occasion): Promise<void> {
    const { policy, builder } = this.#services;
    if (!policy.answers('on_new_event')) return;
    for (const event of events) await policy.tell('on_new_event', occasion, event, builder.presentState(event.roomId));
  }

  async #gatesAndCommit(operation: Erased, prepared: unknown, who: Caller, occasion: Occasion): Promise<Done & { draft: unknown }> {
    let draft = prepared;
    let committed = false;
    try {
      for (const [name, calls] of Object.entries(operation.gates?.(draft, who) ?? {})) {
        for (const args of calls) await this.#policy.ask(name as QuestionName, occasion, ...args);
      }
      if (operation.arrange !== undefined) draft = await operation.arrange(this.#services.context, draft);
      const done = await this.#commit(operation, draft, who, occasion);
      committed = !done.again;
      return { ...done, draft };
    } finally {
      await operation.release?.(this.#services.context, draft, committed);
    }
  }

  async #commit(operation: Erased, draft: unknown, who: Caller, occasion: Occasion): Promise<Done> {
    const plans = operation.events?.(draft) ?? [];
    if (isRequester(who)) refuseSuspendedEvents(plans, who);
    refuseWithinTurn(plans);
    const hidden = isRequester(who) && who.shadowBanned;
    const making = new EventMaking({ ...this.#services, reader: this.#services.database, hidden }, plans);
    for (let round = 1; ; round++) {
      await making.judge(occasion);
      const again = round < MAX_ROUNDS;
      const write = (): Promise<Pick<Done, 'out' | 'made'>> =>
        this.#services.database.write(function* () {
          const made = yield* making.store(again);
          return { out: yield* operation.commit?.(draft, made) ?? nothing(), made };
        });
      try {
        const { signedIn } = making;
        const { out, made } =
          signedIn === undefined ? await write() : await this.#turns.hold(signedIn, () => making.sign(occasion, again).then(write));
        return { out, made, again: false, events: making.stored };
      } catch (error) {
        if (error instanceof AlreadyDone) return { out: error.result, again: true, events: [], made: [] };
        if (!(error instanceof StateChanged)) throw error;
        if (round >= MAX_SIGNINGS) throw new MatrixError(503, 'M_UNKNOWN', 'Others were quicker while the event was signed; try again');
      }
    }
  }
}

function conclusionOf(error: unknown): Conclusion {
  if (!(error instanceof MatrixError)) return { outcome: 'failed', said: '', events: [] };
  return { outcome: error.status < 500 ? 'refused' : 'failed', said: `${error.status} ${error.errcode}`, events: [] };
}

function* nothing(): Work<undefined> {
  return undefined;
}
