import { isUserId } from '../../core/identifiers.ts';
import type { AccountValidityInquiries, AccountValidityListeners } from '../../kernel/questions/account-validity.ts';
import type { CallbackName } from '../../kernel/questions.ts';
import { expiry, first } from '../combinations.ts';
import { readRenewal, readTime } from '../results.ts';
import { copyJson, freezeJson } from '../views/copies.ts';
import { inquiry, listener, type CallbacksOf } from './callback.ts';

/** Those that one module only may have: what they do is done once. */
export const EXCLUSIVE: ReadonlySet<CallbackName> = new Set(['on_legacy_send_mail', 'on_legacy_renew', 'on_legacy_admin_request']);

export const ACCOUNT_VALIDITY: CallbacksOf<keyof AccountValidityInquiries | keyof AccountValidityListeners> = {
  is_user_expired: inquiry(expiry, { subject: ([userId]) => ({ userId }) }),
  on_legacy_send_mail: inquiry(
    first(() => ({ answer: true }), false),
    { subject: ([userId]) => ({ userId }) },
  ),
  on_legacy_renew: inquiry(first(readRenewal, undefined), { subject: () => ({}) }),
  on_legacy_admin_request: inquiry(first(readTime, undefined), {
    present: ([request]) => [freezeJson(copyJson(request))],
    subject: ([{ user_id: userId }]) => (typeof userId === 'string' && isUserId(userId) ? { userId } : {}),
  }),
  on_user_registration: listener({ subject: ([userId]) => ({ userId }) }),
  on_user_login: listener({
    present: ([userId, providerType, providerId]) => [userId, providerType ?? null, providerId ?? null],
    subject: ([userId]) => ({ userId }),
  }),
};
