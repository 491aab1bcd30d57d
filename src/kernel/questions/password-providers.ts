import type { DeviceId, UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import type { AuthenticatedByModule } from '../question-values.ts';
import type { Gate, Question } from './question.ts';

export interface PasswordProviderGates {
  /** @param registration whether the identifier is for a new account */
  is_3pid_allowed: Gate<[medium: string, address: string, registration: boolean]>;
}

export interface PasswordProviderInquiries {
  /** Who this is, undefined when no module knows. `user` is what the client wrote; `fields` holds only what the login type declares. */
  auth_checkers: Question<[loginType: string, user: string, fields: JsonObject], AuthenticatedByModule | undefined>;
  check_3pid_auth: Question<[medium: string, address: string, password: string], AuthenticatedByModule | undefined>;
  /** The localpart for a new account. `results`: what the completed stages of the registration gave; `params`: its request, without the password. */
  get_username_for_registration: Question<[results: JsonObject, params: JsonObject], string | undefined>;
  get_displayname_for_registration: Question<[results: JsonObject, params: JsonObject], string | undefined>;
}

export interface PasswordProviderListeners {
  /** @param accessToken undefined where the server no longer knows it in plain text */
  on_logged_out: [userId: UserId, deviceId: DeviceId | undefined, accessToken: string | undefined];
}
