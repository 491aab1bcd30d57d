import type { JsonObject } from '../core/json.ts';
import { isObject } from '../core/json.ts';
import { MatrixError } from '../kernel/errors.ts';
import { isCode, NOT_SPAM, PRESENCE_ALL_USERS, RegistrationBehaviour } from './codes.ts';

/** What a callback's value means: an answer to go on with (`remark`: worth keeping in the decision trail), or a refusal. */
export type Reading = Answer | { readonly refusal: MatrixError };
export interface Answer {
  readonly answer: unknown;
  readonly remark?: 'replaced' | 'answered';
  /** How the decision trail puts it, where the answer itself does not belong into a log. */
  readonly said?: string;
}

/** A callback gave a value that means nothing. */
export class Unusable extends Error {
  override readonly name = 'Unusable';
}

/** How the values of a callback that may refuse are read. */
export interface VerdictRule {
  /** What `true` says; undefined where booleans mean nothing. */
  readonly truth: 'allows' | 'refuses' | undefined;
  /** Whether any other text refuses, and is the reason for the client. */
  readonly reasons: boolean;
  /** What the client is told when the module gives no text of its own. */
  readonly refusal: string;
}

const ALLOWED: Reading = { answer: undefined };

/** @throws Unusable */
export function readVerdict(rule: VerdictRule, value: unknown): Reading {
  if (value === NOT_SPAM) return ALLOWED;
  if (typeof value === 'boolean' && rule.truth !== undefined) {
    return value === (rule.truth === 'allows') ? ALLOWED : refused(rule.refusal);
  }
  if (isCode(value)) return { refusal: new MatrixError(403, value, rule.refusal) };
  if (Array.isArray(value) && value.length === 2 && isCode(value[0]) && isObject(value[1])) {
    return { refusal: new MatrixError(403, value[0], rule.refusal, errorFields(value[1])) };
  }
  if (typeof value === 'string' && rule.reasons) return refused(value);
  throw unusable(value);
}

const refused = (text: string): Reading => ({ refusal: new MatrixError(403, 'M_FORBIDDEN', text) });

/** `errcode` has a place of its own, and a text that is none would break clients. */
function errorFields(given: JsonObject): JsonObject {
  const { errcode: _errcode, error, ...others } = jsonOf(given);
  return typeof error === 'string' ? { ...others, error } : others;
}

/** check_username_for_spam: whether the profile may be shown. */
export function readVisibility(rule: VerdictRule, value: unknown): Reading {
  const reading = readVerdict(rule, value);
  return 'refusal' in reading ? { answer: false, remark: 'answered' } : { answer: true };
}

/** check_event_allowed: a verdict, or `[allowed, replacement?]`. */
export function readEventAllowed(rule: VerdictRule, value: unknown): Reading {
  if (!Array.isArray(value) || typeof value[0] !== 'boolean') return readVerdict(rule, value);
  const [allowed, replacement] = value as readonly unknown[];
  if (value.length > 2) throw unusable(value);
  if (allowed !== true || replacement === undefined || replacement === null) return readVerdict(rule, allowed);
  if (!isObject(replacement)) throw unusable(value);
  return { answer: jsonOf(replacement), remark: 'replaced' };
}

export function readRegistration(rule: VerdictRule, value: unknown): Reading {
  if (value === RegistrationBehaviour.ALLOW) return { answer: 'allow' };
  if (value === RegistrationBehaviour.SHADOW_BAN) return { answer: 'shadow_ban', remark: 'answered' };
  if (value === RegistrationBehaviour.DENY) return refused(rule.refusal);
  throw unusable(value);
}

/** is_user_expired: nothing returned says the same as null, as it did where the callback comes from. */
export function readExpiry(value: unknown): Reading {
  if (value === null || value === undefined || value === false) return { answer: value ?? undefined };
  if (value === true) return { answer: true, remark: 'answered' };
  throw unusable(value);
}

/** get_users_for_states: a list of [user id, states]. */
export function readRoutes(value: unknown): Reading {
  if (!isObject(value)) throw unusable(value);
  const entries: [unknown, unknown][] = value instanceof Map ? [...(value as Map<unknown, unknown>)] : Object.entries(value);
  return { answer: entries.map(([userId, states]) => [textOf(userId), iterableOf(states)] as const) };
}

export function readInterest(value: unknown): Reading {
  return { answer: value === PRESENCE_ALL_USERS ? value : iterableOf(value).map(textOf) };
}

function iterableOf(value: unknown): unknown[] {
  if (typeof value === 'object' && value !== null && Symbol.iterator in value) return [...(value as Iterable<unknown>)];
  throw unusable(value);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw unusable(value);
}

/** A copy of what a module gave, as JSON. @throws Unusable when it cannot be written as JSON */
export function jsonOf(value: object): JsonObject {
  try {
    const text = JSON.stringify(value);
    return JSON.parse(text) as JsonObject;
  } catch (error) {
    throw new Unusable(`gave a value that is not JSON: ${(error as Error).message}`);
  }
}

/** A value in a sentence, short. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol') return value.toString();
  try {
    const text = JSON.stringify(value);
    return text.length > 120 ? `${text.slice(0, 117)}...` : text;
  } catch {
    return `a value of type ${typeof value}`;
  }
}

const unusable = (value: unknown): Unusable => new Unusable(`answered ${show(value)}, which means nothing here`);
