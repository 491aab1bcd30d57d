import type { UserId } from '../identifiers.ts';
import type { JsonObject } from '../json.ts';
import type { Action } from './actions.ts';
import { DEFAULT_RULES, MASTER_RULE } from './default-rules.ts';
import { SELF, type Condition, type Rule, type RuleKind, type RulesByKind } from './push-rule.ts';

/** What a user made of the server-default rules; plain JSON, to be stored as it is. */
export interface PushRuleChanges {
  /** The user's own rules. */
  readonly own: RulesByKind;
  /** What the user changed on server-default rules, by rule id. */
  readonly defaults: Readonly<Record<string, { readonly enabled?: boolean; readonly actions?: readonly Action[] }>>;
}

export const NO_CHANGES: PushRuleChanges = {
  own: { override: [], content: [], room: [], sender: [], underride: [] },
  defaults: {},
};

/** A rule on the wire: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3pushrules */
export type WireRule = {
  readonly rule_id: string;
  readonly default: boolean;
  readonly enabled: boolean;
  readonly actions: readonly Action[];
  readonly conditions?: readonly JsonObject[];
  readonly pattern?: string;
};

const byKind = <R>(rulesOf: (kind: RuleKind) => readonly R[]): RulesByKind<R> => ({
  override: rulesOf('override'),
  content: rulesOf('content'),
  room: rulesOf('room'),
  sender: rulesOf('sender'),
  underride: rulesOf('underride'),
});

/** The rules that hold for a user: their own before the server's defaults, the master rule before all. */
export function effectiveRules({ own, defaults }: PushRuleChanges): RulesByKind {
  const changed = (rule: Rule): Rule => ({ ...rule, ...defaults[rule.ruleId] });
  return byKind((kind) => {
    const rest = DEFAULT_RULES[kind].filter((rule) => rule !== MASTER_RULE).map(changed);
    return kind === 'override' ? [changed(MASTER_RULE), ...own.override, ...rest] : [...own[kind], ...rest];
  });
}

export const isDefaultRule = (kind: RuleKind, ruleId: string): boolean => DEFAULT_RULES[kind].some((rule) => rule.ruleId === ruleId);

function wireCondition(condition: Condition, userId: UserId): JsonObject {
  return Object.fromEntries(Object.entries(condition).map(([name, value]) => [name, value === SELF ? userId : value]));
}

/** A rule of a user as `GET /pushrules/global/{kind}/{ruleId}` carries it. */
export function wireRule(kind: RuleKind, rule: Rule, userId: UserId): WireRule {
  return {
    rule_id: rule.ruleId,
    default: isDefaultRule(kind, rule.ruleId),
    enabled: rule.enabled,
    actions: rule.actions,
    ...(rule.conditions === undefined ? {} : { conditions: rule.conditions.map((condition) => wireCondition(condition, userId)) }),
    ...(rule.pattern === undefined ? {} : { pattern: rule.pattern }),
  };
}

/** A user's ruleset as `GET /pushrules/global/` and, under `global`, `m.push_rules` carry it. */
export function wireRuleset(userId: UserId, changes: PushRuleChanges): RulesByKind<WireRule> {
  const rules = effectiveRules(changes);
  return byKind((kind) => rules[kind].map((rule) => wireRule(kind, rule, userId)));
}
