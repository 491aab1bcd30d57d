import type { UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Renewal } from '../question-values.ts';
import type { Question } from './question.ts';

export interface AccountValidityInquiries {
  is_user_expired: Question<[userId: UserId], boolean>;
  /** Sends the user a mail by which they renew their account. False: no module does. */
  on_legacy_send_mail: Question<[userId: UserId], boolean>;
  /** Renews the account that a mail was sent for; undefined: no module does. */
  on_legacy_renew: Question<[token: string], Renewal | undefined>;
  /** An administrator says until when an account is valid (`request` is the body); its answer is that time, undefined: no module does it. */
  on_legacy_admin_request: Question<[request: JsonObject], number | undefined>;
}

export interface AccountValidityListeners {
  on_user_registration: [userId: UserId];
  /** @param providerType such as m.login.sso; undefined for the server's own passwords */
  on_user_login: [userId: UserId, providerType: string | undefined, providerId: string | undefined];
}
