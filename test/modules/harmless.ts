import type { CallbackName } from '../../src/kernel/questions.ts';
import { CATEGORIES, type RegisterMethod } from '../../src/modules/callbacks.ts';
import { NOT_SPAM } from '../../src/modules/public.ts';

/** What callbacks answer that have nothing against anything; all others allow by saying so. */
const ANSWERS: Partial<Readonly<Record<CallbackName, unknown>>> = {
  check_registration_for_spam: 'allow',
  is_user_expired: null,
  on_legacy_renew: [true, false, 0],
  on_legacy_admin_request: 0,
  sign_event: null,
  get_users_for_states: new Map(),
  get_interested_users: [],
  auth_checkers: null,
  check_3pid_auth: null,
  get_username_for_registration: null,
  get_displayname_for_registration: null,
  on_update: 100,
  default_batch_size: 100,
  min_batch_size: 1,
  get_media_config_for_user: null,
  get_media_upload_limits_for_user: null,
  get_ratelimit_override_for_user: null,
  add_field_to_unsigned_callback: {},
  on_user_data_export: null,
};

export const harmlessAnswer = (name: CallbackName): unknown => (Object.hasOwn(ANSWERS, name) ? ANSWERS[name] : NOT_SPAM);

/** The callbacks that the server asks, by the method that registers them. */
export const CALLBACKS_BY_METHOD = Object.entries(CATEGORIES).map(
  ([method, { callbacks }]) => [method as RegisterMethod, Object.keys(callbacks) as CallbackName[]] as const,
);
