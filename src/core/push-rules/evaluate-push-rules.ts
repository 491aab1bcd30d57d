import { tweaksOf, type Action } from './actions.ts';
import { compileCondition, matchesProperty, type PushContext, type Test } from './condition.ts';
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
  readonly matches: Test;
  readonly verdict: PushVerdict;
}

/** A user's enabled rules in the order in which they are checked. To be kept until the user changes a rule. */
export type CompiledRuleset = readonly CompiledRule[];

const SILENCE: PushVerdict = { notify: false, highlight: false, actions: [], ruleId: undefined };

function testOf(kind: RuleKind, rule: Rule): Test {
  if (kind === 'content') return matchesProperty('content.body', rule.pattern ?? '');
  if (kind === 'room') return (event) => event.value('room_id') === rule.ruleId;
  if (kind === 'sender') return (event) => event.sender === rule.ruleId;
  const tests = (rule.conditions ?? []).map(compileCondition);
  return (event, context) => tests.every((test) => test(event, context));
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
    rules[kind].filter((rule) => rule.enabled).map((rule) => ({ matches: testOf(kind, rule), verdict: verdictOf(rule) }));
  return RULE_KINDS.flatMap(compiled);
}

/**
 * What an event is to a user: the first rule that matches decides. Nobody is notified of their own events.
 * https://spec.matrix.org/v1.19/client-server-api/#push-rules
 */
export function evaluatePushRules(ruleset: CompiledRuleset, event: PreparedEvent, context: PushContext): PushVerdict {
  if (event.sender === context.userId) return SILENCE;
  return ruleset.find((rule) => rule.matches(event, context))?.verdict ?? SILENCE;
}
