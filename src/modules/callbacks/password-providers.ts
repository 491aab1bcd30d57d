import type { PasswordProviderGates, PasswordProviderInquiries, PasswordProviderListeners } from '../../kernel/questions/password-providers.ts';
import { authentication, first } from '../combinations.ts';
import { readText } from '../results.ts';
import { copyJson, freezeJson } from '../views/copies.ts';
import { gate, inquiry, listener, type CallbacksOf } from './callback.ts';

type Names = keyof PasswordProviderGates | keyof PasswordProviderInquiries | keyof PasswordProviderListeners;

const registrationText = inquiry<PasswordProviderInquiries['get_username_for_registration']['args']>(first(readText, undefined), {
  present: ([results, params]) => [freezeJson(copyJson(results)), freezeJson(copyJson(params))],
  subject: () => ({}),
});

export const PASSWORD_PROVIDERS: CallbacksOf<Names> = {
  // A module that fails knows nobody: the login goes on to the next one, and is refused in the end.
  auth_checkers: inquiry(authentication, {
    present: ([loginType, user, fields]) => [user, loginType, fields],
    subject: ([, username]) => ({ username }),
    contained: true,
  }),
  check_3pid_auth: inquiry(authentication, { subject: ([medium]) => ({ medium }), contained: true }),
  get_username_for_registration: registrationText,
  get_displayname_for_registration: registrationText,
  is_3pid_allowed: gate('This address may not be used here', {
    rule: { errcode: 'M_THREEPID_DENIED' },
    subject: ([medium]) => ({ medium }),
  }),
  on_logged_out: listener({
    present: ([userId, deviceId, accessToken]) => [userId, deviceId ?? null, accessToken ?? null],
    subject: ([userId]) => ({ userId }),
  }),
};
