import { closeSessions } from '../../engine/accounts/close-sessions.ts';
import type { Work } from '../../kernel/work.ts';
import { defineOperation } from '../define.ts';

/** Ends all access tokens of the user and deletes their devices: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3logoutall */
export const logOutEverywhere = defineOperation({
  name: 'log-out-everywhere',
  prepare: (_context, who, _input: undefined) => who.userId,
  *commit(userId): Work<void> {
    yield* closeSessions(userId);
  },
});
