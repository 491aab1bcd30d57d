import type { JsonObject } from '../core/json.ts';
import { isObject } from '../core/json.ts';
import { MatrixError } from '../kernel/errors.ts';
import type { FileTarget, MediaUploadLimit, RatelimitOverride, Renewal } from '../kernel/question-values.ts';
import { isSignatures } from './is-signatures.ts';
import { isCode, NOT_SPAM, PRESENCE_ALL_USERS, RegistrationBehaviour, type Code } from './codes.ts';

/** What a callback's value means: an answer to go on with (`remark`: worth keeping in the decision trail), or a refusal. */
export type Reading = Answer | { readonly refusal: MatrixError };
export interface Answer {
  readonly answer: unknown;
  readonly remark?: 'replaced' | 'answered';
  /** How the decision trail puts it, where the answer itself does not belong into a log. */
  readonly said?: string;
}

/** Tells what a callback's value means. @throws Unusable */
export type Read = (value: unknown) => Reading;

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
  /** The refusal's status and code, where the module gives no code. */
  readonly status: number;
  readonly errcode: Code;
}

/** Most callbacks that may refuse: `true` allows, `false` refuses with 403 M_FORBIDDEN. */
export const verdictRule = (given: Partial<VerdictRule> & Pick<VerdictRule, 'refusal'>): VerdictRule => ({
  truth: 'allows',
  reasons: false,
  status: 403,
  errcode: 'M_FORBIDDEN',
  ...given,
});

/** The module has nothing against it. */
export const ALLOWED: Reading = { answer: undefined };

/** @throws Unusable */
export function readVerdict(rule: VerdictRule, value: unknown): Reading {
  if (value === NOT_SPAM) return ALLOWED;
  if (typeof value === 'boolean' && rule.truth !== undefined) {
    return value === (rule.truth === 'allows') ? ALLOWED : refused(rule);
  }
  if (isCode(value)) return { refusal: new MatrixError(rule.status, value, rule.refusal) };
  if (Array.isArray(value) && value.length === 2 && isCode(value[0]) && isObject(value[1])) {
    return { refusal: new MatrixError(rule.status, value[0], rule.refusal, errorFields(value[1])) };
  }
  if (typeof value === 'string' && rule.reasons) return refused({ ...rule, refusal: value });
  throw unusable(value);
}

const refused = ({ status, errcode, refusal }: VerdictRule): Reading => ({ refusal: new MatrixError(status, errcode, refusal) });

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

/** sign_event: the function that signs the event, nothing, or a refusal. */
export const readSigner = (rule: VerdictRule, value: unknown): Reading =>
  typeof value === 'function' ? { answer: value } : value === null || value === undefined ? ALLOWED : readVerdict(rule, value);

/** What that function answers: signatures, nothing, or a refusal. */
export function readSignatures(rule: VerdictRule, value: unknown): Reading {
  if (value === null || value === undefined) return ALLOWED;
  if (!isObject(value)) return readVerdict(rule, value);
  const signatures = jsonOf(value);
  if (!isSignatures(signatures))
    throw new Unusable(`gave ${show(value)}, which are no signatures: they look like { server: { 'ed25519:key': base64 } }`);
  return { answer: signatures };
}

export function readRegistration(refusal: string, value: unknown): Reading {
  if (value === RegistrationBehaviour.ALLOW) return { answer: 'allow' };
  if (value === RegistrationBehaviour.SHADOW_BAN) return { answer: 'shadow_ban', remark: 'answered' };
  if (value === RegistrationBehaviour.DENY) return refused(verdictRule({ refusal }));
  throw unusable(value);
}

/** is_user_expired: nothing returned says the same as null, as it did where the callback comes from. */
export function readExpiry(value: unknown): Reading {
  if (value === null || value === undefined || value === false) return { answer: value ?? undefined };
  if (value === true) return { answer: true, remark: 'answered' };
  throw unusable(value);
}

/** on_legacy_renew: `[token is valid, was used before, when the account expires]`. */
export function readRenewal(value: unknown): Reading {
  const [isValid, isStale, expiresTs] = (Array.isArray(value) ? value : []) as readonly unknown[];
  if (typeof isValid !== 'boolean' || typeof isStale !== 'boolean' || !isAmount(expiresTs)) throw unusable(value);
  const outcome = isValid ? 'renewed' : isStale ? 'renewed-before' : 'refused';
  return { answer: { outcome, expiresTs } satisfies Renewal, remark: 'answered', said: outcome };
}

/** on_legacy_admin_request: a time, in ms since the epoch. */
export function readTime(value: unknown): Reading {
  if (!isAmount(value)) throw unusable(value);
  return { answer: value, remark: 'answered' };
}

/** get_username_for_registration, get_displayname_for_registration: a text, or nothing. */
export function readText(value: unknown): Reading {
  if (value === null || value === undefined) return { answer: undefined };
  return { answer: textOf(value), remark: 'answered', said: 'a name' };
}

/** add_field_to_unsigned_callback: keys and values. */
export function readFields(value: unknown): Reading {
  if (!isObject(value)) throw unusable(value);
  return { answer: jsonOf(value) };
}

/** get_media_config_for_user: keys and values, or nothing. */
export function readOptionalFields(value: unknown): Reading {
  return value === null || value === undefined ? { answer: undefined } : readFields(value);
}

/** on_user_data_export: an object, or nothing. What is in it is nobody's business but the user's. */
export function readUserData(value: unknown): Reading {
  return { ...readOptionalFields(value), said: 'gave what it keeps' };
}

/** auth_checkers, check_3pid_auth: a user id, alone or with what is to be called after the login; nothing when the module does not know. */
export function readAuthentication(value: unknown): Reading {
  if (value === null || value === undefined) return { answer: undefined };
  const [userId, afterLogin] = (Array.isArray(value) ? value : [value]) as readonly unknown[];
  if (typeof userId !== 'string' || userId === '') throw unusable(value);
  if (afterLogin !== undefined && afterLogin !== null && typeof afterLogin !== 'function') throw unusable(value);
  return { answer: { userId, afterLogin: afterLogin ?? undefined }, remark: 'answered', said: userId };
}

/** get_media_upload_limits_for_user: limits, longest period first; nothing leaves it to the configuration. */
export function readUploadLimits(value: unknown): Reading {
  if (value === null || value === undefined) return { answer: undefined };
  if (!Array.isArray(value)) throw unusable(value);
  const limits = value.map((limit: unknown): MediaUploadLimit => {
    if (!isObject(limit)) throw unusable(value);
    const { maxBytes, timePeriodMs, infoUri, canUpgrade } = limit as Partial<MediaUploadLimit>;
    if (!isAmount(maxBytes) || !isAmount(timePeriodMs) || !['undefined', 'string'].includes(typeof infoUri)) throw unusable(value);
    return { maxBytes, timePeriodMs, infoUri, canUpgrade: canUpgrade === true };
  });
  return { answer: limits.toSorted((one, other) => other.timePeriodMs - one.timePeriodMs) };
}

/** get_ratelimit_override_for_user */
export function readRatelimit(value: unknown): Reading {
  if (value === null || value === undefined) return { answer: undefined };
  const { perSecond, burstCount } = (isObject(value) ? value : {}) as Partial<RatelimitOverride>;
  if (!isAmount(perSecond) || !isAmount(burstCount)) throw unusable(value);
  return { answer: { perSecond, burstCount } };
}

const isAmount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;

/** get_media_storage_id: a text. */
export const readStorageId = (value: unknown): Reading => ({ answer: textOf(value) });

/** store_media_file, has_media_file, delete_media_file: whether it is so. */
export function readTruth(value: unknown): Reading {
  if (typeof value !== 'boolean') throw unusable(value);
  return { answer: value };
}

/** fetch_media_file: whether the module has the file; then it must have given all of it, and nothing else. */
export function readFetched(value: unknown, target: FileTarget): Reading {
  if (value === true && !target.isWhole) throw new Unusable('gave other bytes than the file has');
  return readTruth(value);
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

/** Texts that are words of a program. Others may be what people have written, and that does not belong into log and trail. */
const WORD = /^[\w.:-]{1,40}$/;
/** How many parts of a value are named. */
const NAMED = 5;

/** A value in a sentence, short, without the texts in it. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return WORD.test(value) ? `"${value}"` : `a text of ${value.length} characters`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' || typeof value === 'symbol') return String(value);
  if (typeof value !== 'object' || value === null) return 'null';
  if (Array.isArray(value)) return value.length > NAMED ? `a list of ${value.length}` : `[${value.map(shape).join(', ')}]`;
  const keys = Object.keys(value);
  const more = keys.length > NAMED ? ` and ${keys.length - NAMED} more` : '';
  return keys.length === 0 ? 'an object without keys' : `an object with ${keys.slice(0, NAMED).map(show).join(', ')}${more}`;
}

const shape = (part: unknown): string => (Array.isArray(part) ? 'a list' : typeof part === 'object' && part !== null ? 'an object' : show(part));

const unusable = (value: unknown): Unusable => new Unusable(`answered ${show(value)}, which means nothing here`);
