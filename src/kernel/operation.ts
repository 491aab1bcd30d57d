import type { Event } from '../core/event.ts';
import type { AsksOf, BeforeOf, GatesOf, ListenersOf, MakesEvents, OperationName } from './contract.ts';
import type { EventPlan } from './event-plan.ts';
import type { Listeners, QuestionName, Questions } from './questions.ts';
import type { Caller, Requester } from './requester.ts';
import type { AddFields } from './shown-events.ts';
import type { Work } from './work.ts';

/** Asks the modules while preparing; only what the operation's line in the Contract names. */
export type Ask<N extends OperationName> = AskOf<AsksOf<N>> & {
  /**
   * Adds to the events in a reply what modules say of them (`add_field_to_unsigned_callback`). The runner does so with all that an operation
   * returns; only who writes events as text before has to do it for themselves.
   */
  readonly addFields: AddFields;
};
/** Asks the modules one of these questions. */
export type AskOf<Asked extends QuestionName> = <Q extends Asked>(question: Q, ...args: Questions[Q]['args']) => Promise<Questions[Q]['answer']>;

/** Each gate of the Contract with the arguments of every time it is to be asked (an empty list when this draft gives no occasion). */
export type GateCalls<N extends OperationName> = { readonly [G in GatesOf<N>]: readonly Questions[G]['args'][] };
export type BeforeCalls<N extends OperationName> = { readonly [Q in BeforeOf<N>]: Questions[Q]['args'] };
export type ListenerCalls<N extends OperationName> = { readonly [L in ListenersOf<N>]: readonly Listeners[L][] };

/** Which phases the Contract makes obligatory for this operation, and forbids to any other. */
type Obligations<N extends OperationName> = ([BeforeOf<N>] extends [never] ? { readonly before?: never } : { readonly before: unknown }) &
  ([GatesOf<N>] extends [never] ? { readonly gates?: never } : { readonly gates: unknown }) &
  ([ListenersOf<N>] extends [never] ? { readonly listeners?: never } : { readonly listeners: unknown }) &
  (MakesEvents<N> extends true ? { readonly events: unknown } : { readonly events?: never });

interface Phases<N extends OperationName, In, Draft, Out, Who extends Caller, Context> {
  readonly name: N;
  /** What is asked first of all, and may rewrite the input in place. */
  before?(who: Who, input: In): BeforeCalls<N>;
  /** Reads, checks, computes; may await. Cannot write. */
  prepare(context: Context, who: Who, input: In, ask: Ask<N>): Promise<Draft> | Draft;
  /** The gates of the Contract, with what they are asked about. */
  gates?(draft: NoInfer<Draft>, who: Who): GateCalls<N>;
  /**
   * What other servers have to do before the events can be made (an identity server sends an invitation by mail). It comes after the gates, as
   * it cannot be undone. Cannot write.
   * @returns the draft with what they answered
   */
  arrange?(context: Context, draft: NoInfer<Draft>): Promise<NoInfer<Draft>>;
  /** The events to make; each passes check_event_allowed, check_event_for_spam and sign_event. */
  events?(draft: NoInfer<Draft>): readonly EventPlan[];
  /** The one transaction. `made` holds the events that were planned, as they were finally built, in order. */
  commit(draft: NoInfer<Draft>, made: readonly Event[]): Work<Out>;
  /** Frees what `prepare` took outside the database (a file), whatever came of it: refused, failed or committed. */
  release?(context: Context, draft: NoInfer<Draft>, committed: boolean): Promise<void>;
  /** Who is told afterwards. */
  listeners?(draft: NoInfer<Draft>, out: NoInfer<Out>): ListenerCalls<N>;
}

/**
 * One thing that the server can do. The runner drives the phases in this order: before, prepare, gates, arrange, events, commit, listeners.
 * `Context` is what `prepare` may use: readers and services, never a writer.
 */
export type Operation<N extends OperationName, In, Draft, Out, Who extends Caller = Requester, Context = never> = Phases<
  N,
  In,
  Draft,
  Out,
  Who,
  Context
> &
  Obligations<N>;

/** An operation that only reads: what it prepares is its result. */
export interface ReadOperation<N extends OperationName, In, Out, Who extends Caller = Requester, Context = never> {
  readonly name: N;
  readonly commit?: never;
  prepare(context: Context, who: Who, input: In, ask: Ask<N>): Promise<Out> | Out;
}

export type AnyOperation<N extends OperationName, In, Draft, Out, Who extends Caller> =
  | Operation<N, In, Draft, Out, Who>
  | ReadOperation<N, In, Out, Who>;

/** Runs an operation for somebody. The only road to everything that the server does. */
export interface Run {
  <N extends OperationName, In, Draft, Out, Who extends Caller>(
    operation: AnyOperation<N, In, Draft, Out, Who>,
    who: NoInfer<Who>,
    input: NoInfer<In>,
  ): Promise<Out>;
}
