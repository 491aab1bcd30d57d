import { toUserId } from '../../kernel/parse.ts';
import type { Actions } from '../actions.ts';

/** Who is online. */
export interface PresenceApi {
  /** Tells users once more of everybody who is online and whose presence they may see: for when a presence router's routes have changed. */
  sendLocalOnlinePresenceTo(userIds: Iterable<string>): Promise<void>;
}

export const presenceApi = (actions: Promise<Actions>): PresenceApi => ({
  sendLocalOnlinePresenceTo: async (userIds) => (await actions).sendOnlinePresence([...userIds].map(toUserId)),
});
