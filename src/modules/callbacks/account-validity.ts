import type { AccountValidityInquiries, AccountValidityListeners } from '../../kernel/questions/account-validity.ts';
import { expiry } from '../combinations.ts';
import { inquiry, listener, type CallbacksOf } from './callback.ts';

export const ACCOUNT_VALIDITY: CallbacksOf<keyof AccountValidityInquiries | keyof AccountValidityListeners> = {
  is_user_expired: inquiry(expiry, { subject: ([userId]) => ({ userId }) }),
  on_user_registration: listener({ subject: ([userId]) => ({ userId }) }),
  on_user_login: listener({
    present: ([userId, providerType, providerId]) => [userId, providerType ?? null, providerId ?? null],
    subject: ([userId]) => ({ userId }),
  }),
};
