import type { CallbackName, ListenerName, Listeners, QuestionName, Questions } from '../../kernel/questions.ts';
import { listening, verdict, type Combination } from '../combinations.ts';
import type { Presentation } from '../presentation.ts';
import type { VerdictRule } from '../results.ts';

export type ArgsOf<N extends CallbackName> = N extends QuestionName ? Questions[N]['args'] : N extends ListenerName ? Listeners[N] : never;

/** A callback: how the question is put, and how the modules' values become its answer. */
export interface Callback<Args extends readonly unknown[] = readonly unknown[]> extends Presentation<Args> {
  readonly combination: Combination;
}

/** The callbacks of one category: each that authors can register there has its line. */
export type CallbacksOf<N extends CallbackName> = { readonly [Name in N]: Callback<ArgsOf<Name>> };

type Description<Args extends readonly unknown[]> = Pick<Callback<Args>, 'subject'> & Partial<Callback<Args>>;

const asTheyAre = <Args extends readonly unknown[]>(args: Args): Args => args;

/** A callback whose modules' answers become one by a rule of its own. */
export const inquiry = <Args extends readonly unknown[]>(combination: Combination, description: Description<Args>): Callback<Args> => ({
  present: asTheyAre,
  contained: false,
  borrows: false,
  combination,
  ...description,
});

/** A callback that may refuse. @param refusal what the client is told when the module gives no text; `true` allows unless the rule says otherwise */
export const gate = <Args extends readonly unknown[]>(
  refusal: string,
  description: Description<Args> & { readonly rule?: Partial<VerdictRule> },
): Callback<Args> => inquiry(verdict({ refusal, ...description.rule }), description);

/** A callback that only listens. */
export const listener = <Args extends readonly unknown[]>(description: Description<Args>): Callback<Args> =>
  inquiry(listening, { contained: true, ...description });
