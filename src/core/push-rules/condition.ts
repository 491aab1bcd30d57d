import { compileGlob } from '../glob.ts';
import type { UserId } from '../identifiers.ts';
import type { JsonValue } from '../json.ts';
import type { PreparedEvent } from './prepare-event.ts';
import { SELF, type Condition } from './push-rule.ts';

/** What rules need to know of the user and the room besides the event. */
export interface PushContext {
  readonly userId: UserId;
  /** The user's display name in the room. */
  readonly displayName: string | undefined;
  /** How many users have joined the room. */
  readonly memberCount: number;
  readonly senderPowerLevel: number;
  /** The level that the room's power levels ask of who notifies in this way, e.g. `room`. */
  readonly notificationLevel: (key: string) => number;
}

export type Test = (event: PreparedEvent, context: PushContext) => boolean;

const NEVER: Test = () => false;
const BODY = 'content.body';

/** The values that can be compared: no fractions, lists or objects. */
export const isScalar = (value: unknown): value is string | number | boolean | null =>
  value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isSafeInteger(value);

/**
 * A glob for a property as a whole or, for the body of a message, for words in it.
 * @param reach how many characters are looked at: of a longer body the first ones, of any other property that is longer none
 */
export function matchesProperty(key: string, pattern: string, reach: number): Test {
  const isBody = key === BODY;
  const matches = compileGlob(pattern.toLowerCase(), { span: isBody ? 'words' : 'whole' });
  return (event) => {
    const text = event.text(key);
    if (text === undefined) return false;
    return text.length <= reach ? matches(text) : isBody && matches(text.slice(0, reach));
  };
}

const COMPARE = new Map<string, (count: number, limit: number) => boolean>([
  ['', (count, limit) => count === limit],
  ['==', (count, limit) => count === limit],
  ['<', (count, limit) => count < limit],
  ['>', (count, limit) => count > limit],
  ['<=', (count, limit) => count <= limit],
  ['>=', (count, limit) => count >= limit],
]);

/** Reads the parameter `is` of `room_member_count`; undefined when it is malformed. */
export function readMemberCount(is: unknown): ((count: number) => boolean) | undefined {
  const [, operator = '', limit] = typeof is === 'string' ? (/^([=<>]{0,2})(\d{1,15})$/.exec(is) ?? []) : [];
  const compare = COMPARE.get(operator);
  return limit === undefined || compare === undefined ? undefined : (count) => compare(count, Number(limit));
}

function eventMatch({ key, pattern }: Condition, reach: number): Test {
  if (typeof key !== 'string') return NEVER;
  // The id of the user is no glob, and differs from one that is written in other cases.
  if (pattern === SELF) return (event, context) => event.value(key) === context.userId;
  return typeof pattern === 'string' ? matchesProperty(key, pattern, reach) : NEVER;
}

/** A test of the property at `key` against `value`, exactly and without casting types. */
function compareProperty({ key, value }: Condition, holds: (property: JsonValue, wanted: JsonValue) => boolean): Test {
  if (typeof key !== 'string' || !(value === SELF || isScalar(value))) return NEVER;
  return (event, context) => {
    const property = event.value(key);
    return property !== undefined && holds(property, value === SELF ? context.userId : value);
  };
}

const contains = (list: JsonValue, wanted: JsonValue): boolean => Array.isArray(list) && list.includes(wanted);

function containsDisplayName(event: PreparedEvent, { displayName }: PushContext): boolean {
  const body = event.text(BODY);
  if (body === undefined || displayName === undefined || displayName === '') return false;
  return compileGlob(displayName.toLowerCase(), { span: 'words', wildcards: '' })(body);
}

function memberCount({ is }: Condition): Test {
  const holds = readMemberCount(is);
  return holds === undefined ? NEVER : (_event, context) => holds(context.memberCount);
}

function senderMayNotify({ key }: Condition): Test {
  return typeof key === 'string' ? (_event, context) => context.senderPowerLevel >= context.notificationLevel(key) : NEVER;
}

/** Whether a condition looks at the user who is to be told: all others hold for everybody in the room, or for nobody. */
export const isPersonal = ({ kind, pattern, value }: Condition): boolean => kind === 'contains_display_name' || pattern === SELF || value === SELF;

/** https://spec.matrix.org/v1.19/client-server-api/#conditions-1 */
const KINDS = new Map<string, (condition: Condition, reach: number) => Test>([
  ['event_match', eventMatch],
  ['event_property_is', (condition) => compareProperty(condition, (property, wanted) => property === wanted)],
  ['event_property_contains', (condition) => compareProperty(condition, contains)],
  ['contains_display_name', () => containsDisplayName],
  ['room_member_count', memberCount],
  ['sender_notification_permission', senderMayNotify],
]);

/**
 * Compiles a condition; one of an unknown kind or without the parameters of its kind never matches.
 * @param reach how many characters of a property a pattern looks at
 */
export const compileCondition = (condition: Condition, reach: number): Test => KINDS.get(condition.kind)?.(condition, reach) ?? NEVER;
