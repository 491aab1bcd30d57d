import { InvalidInput } from '../invalid-input.ts';
import { isObject, type JsonValue } from '../json.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#actions */
export type Action = 'notify' | Historical | SetTweak;
export type SetTweak = { readonly set_tweak: string; readonly value?: JsonValue };

const MAX_ACTIONS = 50;
/** What older versions of the specification knew. It has no effect, but clients look for their own `dont_notify` to lift it again. */
type Historical = 'dont_notify' | 'coalesce';

function parseAction(action: JsonValue): Action {
  if (action === 'notify' || action === 'dont_notify' || action === 'coalesce') return action;
  const tweak = isObject(action) ? action['set_tweak'] : undefined;
  if (!isObject(action) || typeof tweak !== 'string') {
    throw new InvalidInput('M_INVALID_PARAM', `An action is "notify" or an object with "set_tweak", not ${JSON.stringify(action).slice(0, 100)}`);
  }
  return action['value'] === undefined ? { set_tweak: tweak } : { set_tweak: tweak, value: action['value'] };
}

/**
 * Reads the actions of a rule.
 * @throws InvalidInput when they are missing, no list or not actions
 */
export function parseActions(actions: JsonValue | undefined): readonly Action[] {
  if (actions === undefined) throw new InvalidInput('M_MISSING_PARAM', 'A push rule needs "actions": a list, empty to do nothing');
  if (!Array.isArray(actions)) throw new InvalidInput('M_BAD_JSON', '"actions" must be a list');
  if (actions.length > MAX_ACTIONS) throw new InvalidInput('M_INVALID_PARAM', `A push rule may have at most ${MAX_ACTIONS} actions`);
  return (actions as readonly JsonValue[]).map(parseAction);
}

/** The `tweaks` of a notification: a later action overrides an earlier one, and a highlight without a value is true. */
export function tweaksOf(actions: readonly Action[]): ReadonlyMap<string, JsonValue> {
  const tweaks = new Map<string, JsonValue>();
  for (const action of actions) {
    if (typeof action === 'string') continue;
    const value = action.value ?? (action.set_tweak === 'highlight' ? true : undefined);
    if (value !== undefined) tweaks.set(action.set_tweak, value);
  }
  return tweaks;
}
