import { invalidParam } from '../../kernel/errors.ts';
import { toUserId } from '../../kernel/parse.ts';
import type { PresenceState } from '../../kernel/question-values.ts';
import type { Actions } from '../actions.ts';

/** Who is online. */
export interface PresenceApi {
  /**
   * Says what users are, until they or their clients say something else.
   * @param states by user id: `online`, `unavailable` or `offline`, and a status message
   * @throws MatrixError M_NOT_FOUND, M_INVALID_PARAM
   */
  setPresenceForUsers(states: Readonly<Record<string, readonly [state: string, statusMsg?: string | null]>>): Promise<void>;
  /** Tells users once more of everybody who is online and whose presence they may see: for when a presence router's routes have changed. */
  sendLocalOnlinePresenceTo(userIds: Iterable<string>): Promise<void>;
}

const STATES: readonly string[] = ['online', 'unavailable', 'offline'] satisfies PresenceState['state'][];
const isState = (state: string): state is PresenceState['state'] => STATES.includes(state);

export const presenceApi = (actions: Promise<Actions>): PresenceApi => ({
  async setPresenceForUsers(states) {
    const wanted = Object.entries(states).map(([userId, [state, statusMsg]]) => {
      if (!isState(state)) throw invalidParam(`${state} is no state of presence: there are ${STATES.join(', ')}`);
      return { userId: toUserId(userId), presence: { state, statusMsg: statusMsg ?? undefined } };
    });
    for (const { userId, presence } of wanted) await (await actions).setPresence(userId, presence);
  },
  sendLocalOnlinePresenceTo: async (userIds) => (await actions).sendOnlinePresence([...userIds].map(toUserId)),
});
