import { InvalidInput } from '../invalid-input.ts';
import type { Action } from './actions.ts';
import type { Rule, RuleKind } from './push-rule.ts';
import { effectiveRules, isDefaultRule, type PushRuleChanges } from './ruleset.ts';

/** Of each kind. */
export const MAX_OWN_RULES = 1000;
/** Of all own rules together: each test is made of each event that comes for the user, and a pattern takes a multiple of its length in memory. */
const MAX_TESTS = 1000;
const MAX_TESTED_CHARACTERS = 65_536;
/** Characters of everything that a user changed, as JSON: it is kept as one, and a sync may have all of it. */
const MAX_SIZE = 1_048_576;

/** Where a rule shall stand among the user's own rules of its kind: next to the rule of this id. */
export interface Place {
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

const withOwn = (changes: PushRuleChanges, kind: RuleKind, rules: readonly Rule[]): PushRuleChanges => ({
  ...changes,
  own: { ...changes.own, [kind]: rules },
});

function indexAt(rules: readonly Rule[], { before, after }: Place): number | undefined {
  const neighbour = before ?? after;
  if (neighbour === undefined) return undefined;
  if (neighbour.startsWith('.')) throw new InvalidInput('M_INVALID_PARAM', `A rule cannot stand next to ${neighbour}, which is a rule of the server`);
  const at = rules.findIndex((rule) => rule.ruleId === neighbour);
  if (at < 0) throw new InvalidInput('M_UNKNOWN', `There is no other rule ${neighbour} of this kind to stand next to`);
  return before === undefined ? at + 1 : at;
}

/**
 * Adds a rule, as the most important of its kind unless a place is given, or changes the one of this id,
 * which stays where it is unless a place is given and stays disabled if it was. `before` wins over `after`.
 * https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3pushrulesglobalkindruleid
 * @throws InvalidInput when the rule next to which it shall stand is not the user's, or the rules would be too many or too large
 */
export function putRule(changes: PushRuleChanges, kind: RuleKind, rule: Rule, place: Place = {}): PushRuleChanges {
  const rules = changes.own[kind];
  const old = rules.findIndex(({ ruleId }) => ruleId === rule.ruleId);
  if (old < 0 && rules.length >= MAX_OWN_RULES) {
    throw new InvalidInput('M_INVALID_PARAM', `There may be at most ${MAX_OWN_RULES} ${kind} rules: delete some first`);
  }
  const others = rules.filter(({ ruleId }) => ruleId !== rule.ruleId);
  const at = indexAt(others, place) ?? Math.max(old, 0);
  const changed = withOwn(changes, kind, others.toSpliced(at, 0, { ...rule, enabled: rules[old]?.enabled ?? rule.enabled }));
  checkSize(changed);
  return changed;
}

/** @throws InvalidInput when the rules together hold more than may be kept, or tested of each event */
function checkSize(changes: PushRuleChanges): void {
  const tooMuch = (what: string): InvalidInput =>
    new InvalidInput('M_INVALID_PARAM', `All your push rules together may have at most ${what}: delete some first`);
  const tests = Object.values(changes.own)
    .flat()
    .flatMap(({ conditions = [], pattern }) => [
      ...conditions.map((condition) => JSON.stringify(condition)),
      ...(pattern === undefined ? [] : [pattern]),
    ]);
  if (tests.length > MAX_TESTS) throw tooMuch(`${MAX_TESTS} conditions and patterns`);
  const characters = tests.reduce((sum, test) => sum + test.length, 0);
  if (characters > MAX_TESTED_CHARACTERS) throw tooMuch(`${MAX_TESTED_CHARACTERS} characters in conditions and patterns`);
  if (JSON.stringify(changes).length > MAX_SIZE) throw tooMuch(`${MAX_SIZE} characters`);
}

const noSuchRule = (kind: RuleKind, ruleId: string): InvalidInput => new InvalidInput('M_NOT_FOUND', `There is no ${kind} rule ${ruleId}`);

/** @throws InvalidInput when the user has no such rule; a rule of the server can only be disabled */
export function deleteRule(changes: PushRuleChanges, kind: RuleKind, ruleId: string): PushRuleChanges {
  if (isDefaultRule(kind, ruleId)) throw new InvalidInput('M_NOT_FOUND', `${ruleId} is a rule of the server: it can be disabled, not deleted`);
  const rules = changes.own[kind].filter((rule) => rule.ruleId !== ruleId);
  if (rules.length === changes.own[kind].length) throw noSuchRule(kind, ruleId);
  return withOwn(changes, kind, rules);
}

function change(changes: PushRuleChanges, kind: RuleKind, ruleId: string, to: Partial<Pick<Rule, 'enabled' | 'actions'>>): PushRuleChanges {
  if (isDefaultRule(kind, ruleId)) {
    return { ...changes, defaults: { ...changes.defaults, [ruleId]: { ...changes.defaults[ruleId], ...to } } };
  }
  const rules = changes.own[kind];
  const at = rules.findIndex((rule) => rule.ruleId === ruleId);
  const rule = rules[at];
  if (rule === undefined) throw noSuchRule(kind, ruleId);
  return withOwn(changes, kind, rules.with(at, { ...rule, ...to }));
}

/** @throws InvalidInput when there is no such rule */
export const setRuleEnabled = (changes: PushRuleChanges, kind: RuleKind, ruleId: string, enabled: boolean): PushRuleChanges =>
  change(changes, kind, ruleId, { enabled });

/** @throws InvalidInput when there is no such rule, or the rules would be too large */
export function setRuleActions(changes: PushRuleChanges, kind: RuleKind, ruleId: string, actions: readonly Action[]): PushRuleChanges {
  const changed = change(changes, kind, ruleId, { actions });
  checkSize(changed);
  return changed;
}

/**
 * The rule of this id, one of the user's or of the server's.
 * @throws InvalidInput when there is none
 */
export function findRule(changes: PushRuleChanges, kind: RuleKind, ruleId: string): Rule {
  const found = effectiveRules(changes)[kind].find((rule) => rule.ruleId === ruleId);
  if (found === undefined) throw noSuchRule(kind, ruleId);
  return found;
}
