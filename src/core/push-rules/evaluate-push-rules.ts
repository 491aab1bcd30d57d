import { tweaksOf, type Action } from './actions.ts';
import { compileCondition, isPersonal, matchesProperty, type PushContext, type Test } from './condition.ts';
import type { PreparedEvent } from './prepare-event.ts';
import { RULE_KINDS, type Condition, type Rule, type RuleKind } from './push-rule.ts';
import { effectiveRules, type PushRuleChanges } from './ruleset.ts';

export interface PushVerdict {
  readonly notify: boolean;
  /** Whether the notification shall be highlighted; never true when there is none. */
  readonly highlight: boolean;
  readonly actions: readonly Action[];
  /** The rule that decided; undefined when none matched. */
  readonly ruleId: string | undefined;
}

interface CompiledRule {
  /** What is the same for everybody in the room. */
  readonly common: readonly Test[];
  /** What differs from user to user. */
  readonly personal: readonly Test[];
  readonly verdict: PushVerdict;
}

/** A user's enabled rules in the order in which they are checked. To be kept until the user changes a rule. */
export type CompiledRuleset = readonly CompiledRule[];

const SILENCE: PushVerdict = { notify: false, highlight: false, actions: [], ruleId: undefined };

/**
 * How much of one event all patterns of a user may read together, in steps of their automata, and what each of them reads at least.
 * Sixty keywords read the largest message to its end; who has a thousand finds them in its first part.
 */
const MAX_STEPS = 4_000_000;
const LEAST_REACH = 2_048;
/** How many characters of a pattern make one step for each character of the text. */
const STEP = 32;

/** How many characters of a property each pattern looks at. */
function reachOf({ own }: PushRuleChanges): number {
  const patterns = Object.values(own)
    .flat()
    .flatMap(({ pattern, conditions = [] }) => [pattern, ...conditions.map((condition) => condition['pattern'])]);
  const steps = patterns.reduce<number>((sum, pattern) => sum + (typeof pattern === 'string' ? Math.ceil((pattern.length + 1) / STEP) : 0), 0);
  return Math.max(LEAST_REACH, Math.floor(MAX_STEPS / Math.max(steps, 1)));
}

function testsOf(kind: RuleKind, rule: Rule, reach: number): Pick<CompiledRule, 'common' | 'personal'> {
  if (kind === 'content') return { common: [matchesProperty('content.body', rule.pattern ?? '', reach)], personal: [] };
  if (kind === 'room') return { common: [(event) => event.value('room_id') === rule.ruleId], personal: [] };
  if (kind === 'sender') return { common: [(event) => event.sender === rule.ruleId], personal: [] };
  const conditions = rule.conditions ?? [];
  const compiled = (some: readonly Condition[]): Test[] => some.map((condition) => compileCondition(condition, reach));
  return { common: compiled(conditions.filter((condition) => !isPersonal(condition))), personal: compiled(conditions.filter(isPersonal)) };
}

function verdictOf({ ruleId, actions }: Rule): PushVerdict {
  const notify = actions.includes('notify');
  const highlight = tweaksOf(actions).get('highlight') ?? false;
  return { notify, highlight: notify && highlight !== false, actions, ruleId };
}

/** Compiles a user's rules. Users with the same changes, most of all none, can share the result. */
export function compileRuleset(changes: PushRuleChanges): CompiledRuleset {
  const rules = effectiveRules(changes);
  const reach = reachOf(changes);
  const compiled = (kind: RuleKind): CompiledRule[] =>
    rules[kind].filter((rule) => rule.enabled).map((rule) => ({ ...testsOf(kind, rule, reach), verdict: verdictOf(rule) }));
  return RULE_KINDS.flatMap(compiled);
}

/**
 * The rules of a ruleset that may still decide about an event, whoever the user is: to be asked instead of all where many users of a room
 * share the ruleset.
 * @param context of any of them
 */
export function narrowRuleset(ruleset: CompiledRuleset, event: PreparedEvent, context: PushContext): CompiledRuleset {
  const left = ruleset.filter(({ common }) => common.every((test) => test(event, context))).map((rule) => ({ ...rule, common: [] }));
  const decisive = left.findIndex(({ personal }) => personal.length === 0);
  return decisive === -1 ? left : left.slice(0, decisive + 1);
}

/**
 * What an event is to a user: the first rule that matches decides. Nobody is notified of their own events.
 * https://spec.matrix.org/v1.19/client-server-api/#push-rules
 */
export function evaluatePushRules(ruleset: CompiledRuleset, event: PreparedEvent, context: PushContext): PushVerdict {
  if (event.sender === context.userId) return SILENCE;
  const holds = (test: Test): boolean => test(event, context);
  return ruleset.find(({ common, personal }) => common.every(holds) && personal.every(holds))?.verdict ?? SILENCE;
}
