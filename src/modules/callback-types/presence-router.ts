import type { PresenceState } from '../../kernel/question-values.ts';
import type { PRESENCE_ALL_USERS } from '../codes.ts';
import type { Answer } from './values.ts';

/** `registerPresenceRouterCallbacks`: both or neither. */
export interface PresenceRouterCallbacks {
  /**
   * Which of these new presence states to show to whom besides those who share a room: a map (or object) from user ids to states.
   * @asked when presence has changed. The answers of several modules are united
   */
  get_users_for_states?(
    states: readonly PresenceState[],
  ): Answer<ReadonlyMap<string, Iterable<PresenceState>> | Readonly<Record<string, Iterable<PresenceState>>>>;
  /**
   * Whose presence this user receives besides that of users who share a room; or `PRESENCE_ALL_USERS`.
   * @asked when presence is sent to the user. The answers of several modules are united
   */
  get_interested_users?(userId: string): Answer<Iterable<string> | typeof PRESENCE_ALL_USERS>;
}
