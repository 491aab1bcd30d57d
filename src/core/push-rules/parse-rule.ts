import { InvalidInput } from '../invalid-input.ts';
import { isObject, stringAt, type JsonObject, type JsonValue } from '../json.ts';
import { parseActions } from './actions.ts';
import { isScalar, readMemberCount } from './condition.ts';
import { RULE_KINDS, type Condition, type Rule, type RuleKind } from './push-rule.ts';

const MAX_ID_LENGTH = 512;
const MAX_PATTERN_LENGTH = 1024;
const MAX_CONDITIONS = 50;

/** @throws InvalidInput when there is no such kind of rule */
export function parseRuleKind(kind: string): RuleKind {
  const known = RULE_KINDS.find((name) => name === kind);
  if (known === undefined) throw new InvalidInput('M_INVALID_PARAM', `The kind of a push rule is one of ${RULE_KINDS.join(', ')}`);
  return known;
}

function checkRuleId(ruleId: string): void {
  const wrong = (why: string): InvalidInput => new InvalidInput('M_INVALID_PARAM', `A rule id may not ${why}`);
  if (ruleId === '') throw wrong('be empty');
  if (ruleId.startsWith('.')) throw wrong('start with a dot: these are the rules of the server');
  if (/[/\\]/.test(ruleId)) throw wrong('contain slashes or backslashes');
  if (ruleId.length > MAX_ID_LENGTH) throw wrong(`be longer than ${MAX_ID_LENGTH} characters`);
}

function parsePattern(owner: JsonObject, what: string): string {
  const pattern = stringAt(owner, 'pattern');
  if (pattern === undefined) throw new InvalidInput('M_MISSING_PARAM', `${what} needs a "pattern": a text`);
  if (pattern.length > MAX_PATTERN_LENGTH) throw new InvalidInput('M_INVALID_PARAM', `A pattern may have at most ${MAX_PATTERN_LENGTH} characters`);
  return pattern;
}

function checkKey(condition: JsonObject, kind: string): void {
  if (stringAt(condition, 'key') === undefined) throw new InvalidInput('M_MISSING_PARAM', `A condition ${kind} needs a "key": a text`);
}

function checkValue(condition: JsonObject, kind: string): void {
  checkKey(condition, kind);
  if (isScalar(condition['value'])) return;
  throw new InvalidInput('M_INVALID_PARAM', `A condition ${kind} needs a "value": a text, an integer, true, false or null`);
}

/** The parameters that the known kinds of conditions need. */
const CHECKS = new Map<string, (condition: JsonObject, kind: string) => void>([
  [
    'event_match',
    (condition, kind) => {
      checkKey(condition, kind);
      parsePattern(condition, `A condition ${kind}`);
    },
  ],
  ['event_property_is', checkValue],
  ['event_property_contains', checkValue],
  [
    'room_member_count',
    (condition, kind) => {
      if (readMemberCount(condition['is']) !== undefined) return;
      throw new InvalidInput('M_INVALID_PARAM', `A condition ${kind} needs "is": a text with a number, perhaps after ==, <, >, >= or <=`);
    },
  ],
  ['sender_notification_permission', checkKey],
]);

function parseCondition(condition: JsonValue): Condition {
  const kind = isObject(condition) ? stringAt(condition, 'kind') : undefined;
  if (!isObject(condition) || kind === undefined) throw new InvalidInput('M_BAD_JSON', 'A condition is an object with a "kind"');
  CHECKS.get(kind)?.(condition, kind);
  return { ...condition, kind };
}

function parseConditions(conditions: JsonValue | undefined): readonly Condition[] {
  if (conditions === undefined) return [];
  if (!Array.isArray(conditions)) throw new InvalidInput('M_BAD_JSON', '"conditions" must be a list');
  if (conditions.length > MAX_CONDITIONS) throw new InvalidInput('M_INVALID_PARAM', `A push rule may have at most ${MAX_CONDITIONS} conditions`);
  return (conditions as readonly JsonValue[]).map(parseCondition);
}

/**
 * Reads the rule that a user wants to have: https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3pushrulesglobalkindruleid
 * Conditions of unknown kinds are kept: clients may know more kinds than the server.
 * @throws InvalidInput
 */
export function parseRule(kind: RuleKind, ruleId: string, body: JsonObject): Rule {
  checkRuleId(ruleId);
  const rule = { ruleId, enabled: true, actions: parseActions(body['actions']) };
  if (kind === 'content') return { ...rule, pattern: parsePattern(body, 'A content rule') };
  if (kind === 'room' || kind === 'sender') return rule;
  return { ...rule, conditions: parseConditions(body['conditions']) };
}
