import type { PresenceState } from '../../kernel/question-values.ts';
import type { PRESENCE_ALL_USERS } from '../codes.ts';
import type { Answer } from './values.ts';

/** `registerPresenceRouterCallbacks`. A module has both or neither. */
export interface PresenceRouterCallbacks {
  /**
   * Which of these new presence states to show to whom besides those who share a room.
   * @param states what has changed
   * @returns a map (or object) from user ids to some of these states. The answers of several modules are united; one that fails adds nothing
   * @asked when presence has changed
   * @exempt nobody
   * @refused nothing: it decides what others see
   * @synapse wants a dict of sets
   */
  get_users_for_states?(
    states: readonly PresenceState[],
  ): Answer<ReadonlyMap<string, Iterable<PresenceState>> | Readonly<Record<string, Iterable<PresenceState>>>>;
  /**
   * Whose presence this user receives besides that of users who share a room.
   * @param userId who receives it
   * @returns user ids, or `PRESENCE_ALL_USERS`. The answers of several modules are united; one that fails adds nothing
   * @asked when presence is sent to the user, and when they ask for that of somebody with whom they share no room
   * @exempt nobody
   * @refused 403 M_FORBIDDEN, asking for the presence of somebody else; in /sync nothing
   * @synapse wants a set, and ignores lists
   */
  get_interested_users?(userId: string): Answer<Iterable<string> | typeof PRESENCE_ALL_USERS>;
}
