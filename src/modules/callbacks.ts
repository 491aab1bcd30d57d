import { nearestName } from '../core/nearest-name.ts';
import type { CallbackName } from '../kernel/questions.ts';
import type { VerdictRule } from './results.ts';

/** The groups in which modules register callbacks. */
export type Category = 'spam checker' | 'account validity' | 'third-party rules' | 'presence router';

/**
 * How the answers of several modules become one.
 * `verdict`: the first that refuses decides. `visibility`: the first that hides decides. `event`: a verdict that may put another event in its place.
 * `rewrite`: each may change the request, or throw. `registration`: the first that does not allow decides. `expiry`: the first that knows decides.
 * `routes`, `interest`: united. `listener`: all are told.
 */
export type Kind = 'verdict' | 'visibility' | 'event' | 'rewrite' | 'registration' | 'expiry' | 'routes' | 'interest' | 'listener';

export interface CallbackRow extends VerdictRule {
  readonly category: Category;
  readonly kind: Kind;
  /** Whatever goes wrong in it has no effect on what is done. */
  readonly contained: boolean;
  /** Its arguments are gone once the question is answered, so that even a module in shadow mode must be waited for. */
  readonly borrows: boolean;
}

const BASE = { truth: undefined, reasons: false, refusal: '', contained: false, borrows: false } as const;

const gate = (category: Category, refusal: string, more: Partial<CallbackRow> = {}): CallbackRow => ({
  ...BASE,
  category,
  kind: 'verdict',
  truth: 'allows',
  refusal,
  ...more,
});
const contained = (category: Category, kind: Kind): CallbackRow => ({ ...BASE, category, kind, contained: true });

/** Every callback: its group, how its values are read, and what a client is told when it refuses without a text. */
export const CALLBACKS: Readonly<Record<CallbackName, CallbackRow>> = {
  check_event_for_spam: gate('spam checker', 'This message was rejected as probable spam', { truth: 'refuses', reasons: true }),
  user_may_invite: gate('spam checker', 'You may not invite this user to this room'),
  user_may_create_room: gate('spam checker', 'You may not create rooms'),
  user_may_create_room_alias: gate('spam checker', 'You may not create this alias'),
  user_may_publish_room: gate('spam checker', 'You may not publish this room in the directory'),
  check_username_for_spam: gate('spam checker', 'This profile is hidden', { kind: 'visibility' }),
  check_media_file_for_spam: gate('spam checker', 'This file may not be stored here', { borrows: true }),
  check_registration_for_spam: gate('spam checker', 'This registration is not allowed', { kind: 'registration', truth: undefined }),
  is_user_expired: { ...BASE, category: 'account validity', kind: 'expiry' },
  on_user_registration: contained('account validity', 'listener'),
  check_event_allowed: gate('third-party rules', 'This event is not allowed in this room', { kind: 'event' }),
  on_create_room: { ...BASE, category: 'third-party rules', kind: 'rewrite' },
  get_users_for_states: contained('presence router', 'routes'),
  get_interested_users: contained('presence router', 'interest'),
};

/** Callbacks of newer versions of the interface, for which this version has no questions yet. */
const NOT_YET: ReadonlySet<string> = new Set([
  'add_field_to_unsigned_callback',
  'auth_checkers',
  'check_3pid_auth',
  'check_can_deactivate_user',
  'check_can_shutdown_room',
  'check_login_for_spam',
  'check_threepid_can_be_invited',
  'check_visibility_can_be_modified',
  'federated_user_may_invite',
  'get_displayname_for_registration',
  'get_media_config_for_user',
  'get_media_upload_limits_for_user',
  'get_ratelimit_override_for_user',
  'get_username_for_registration',
  'is_3pid_allowed',
  'is_user_allowed_to_upload_media_of_size',
  'on_account_data_updated',
  'on_add_user_third_party_identifier',
  'on_event_delivered_over_federation',
  'on_logged_out',
  'on_media_upload_limit_exceeded',
  'on_new_event',
  'on_profile_update',
  'on_remove_user_third_party_identifier',
  'on_threepid_bind',
  'on_user_deactivation_status_changed',
  'on_user_login',
  'should_drop_federated_event',
  'user_may_join_room',
  'user_may_send_3pid_invite',
  'user_may_send_state_event',
]);

const isCallback = (name: string): name is CallbackName => Object.hasOwn(CALLBACKS, name);

/** What to tell of a name that no callback has; undefined for one that has one. */
export function unknownCallback(name: string): string | undefined {
  if (isCallback(name)) return undefined;
  if (NOT_YET.has(name)) return `this version of Plexus does not ask ${name} yet`;
  const nearest = nearestName(name, Object.keys(CALLBACKS));
  return `there is no callback ${name}${nearest === undefined ? `; there are ${Object.keys(CALLBACKS).join(', ')}` : `; did you mean ${nearest}?`}`;
}

/**
 * Checks a name that a module registers a callback under.
 * @throws Error that names the nearest callback, or the group to which it belongs
 */
export function callbackNamed(name: string, category: Category): CallbackName {
  if (!isCallback(name)) throw new Error(unknownCallback(name));
  const { category: own } = CALLBACKS[name];
  if (own !== category) throw new Error(`${name} is no ${category} callback: it belongs to the ${own} callbacks`);
  return name;
}
