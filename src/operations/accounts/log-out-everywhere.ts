import { closeSessions } from '../../engine/accounts/close-sessions.ts';
import { loggedOut } from '../../engine/accounts/logged-out.ts';
import type { Work } from '../../kernel/work.ts';
import type { EndedToken } from '../../store/access-tokens.ts';
import { defineOperation } from '../define.ts';

/** Ends all access tokens of the user and deletes their devices: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3logoutall */
export const logOutEverywhere = defineOperation({
  name: 'log-out-everywhere',
  prepare: (_context, { userId, tokenId }, accessToken: string | undefined) => ({ userId, tokenId, accessToken }),
  *commit({ userId }): Work<readonly EndedToken[]> {
    return yield* closeSessions(userId);
  },
  listeners: (draft, ended) => ({ on_logged_out: loggedOut(ended, draft) }),
});
