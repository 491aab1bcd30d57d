import type { UserId } from '../../core/identifiers.ts';
import type { Question } from './question.ts';

export interface AccountValidityInquiries {
  is_user_expired: Question<[userId: UserId], boolean>;
}

export interface AccountValidityListeners {
  on_user_registration: [userId: UserId];
  /** @param providerType such as m.login.sso; undefined for the server's own passwords */
  on_user_login: [userId: UserId, providerType: string | undefined, providerId: string | undefined];
}
