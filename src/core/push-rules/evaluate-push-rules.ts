import { tweaksOf, type Action } from './actions.ts';
import { compileCondition, isPersonal, matchesProperty, type PushContext, type Test } from './condition.ts';
import type { PreparedEvent } from './prepare-event.ts';
import { RULE_KINDS, type Rule, type RuleKind } from './push-rule.ts';
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

function testsOf(kind: RuleKind, rule: Rule): Pick<CompiledRule, 'common' | 'personal'> {
  if (kind === 'content') return { common: [matchesProperty('content.body', rule.pattern ?? '')], personal: [] };
  if (kind === 'room') return { common: [(event) => event.value('room_id') === rule.ruleId], personal: [] };
  if (kind === 'sender') return { common: [(event) => event.sender === rule.ruleId], personal: [] };
  const conditions = rule.conditions ?? [];
  return {
    common: conditions.filter((condition) => !isPersonal(condition)).map(compileCondition),
    personal: conditions.filter(isPersonal).map(compileCondition),
  };
}

function verdictOf({ ruleId, actions }: Rule): PushVerdict {
  const notify = actions.includes('notify');
  const highlight = tweaksOf(actions).get('highlight') ?? false;
  return { notify, highlight: notify && highlight !== false, actions, ruleId };
}

/** Compiles a user's rules. Users with the same changes, most of all none, can share the result. */
export function compileRuleset(changes: PushRuleChanges): CompiledRuleset {
  const rules = effectiveRules(changes);
  const compiled = (kind: RuleKind): CompiledRule[] =>
    rules[kind].filter((rule) => rule.enabled).map((rule) => ({ ...testsOf(kind, rule), verdict: verdictOf(rule) }));
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
