import { loggedOut } from '../../engine/accounts/logged-out.ts';
import type { Work } from '../../kernel/work.ts';
import * as accessTokens from '../../store/access-tokens.ts';
import * as devices from '../../store/devices.ts';
import { defineOperation } from '../define.ts';

/** Ends an access token and deletes its device: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3logout */
export const logOut = defineOperation({
  name: 'log-out',
  prepare: (_context, { userId, deviceId, tokenId }, accessToken: string | undefined) => ({ userId, deviceId, tokenId, accessToken }),
  *commit({ userId, deviceId, tokenId }): Work<readonly accessTokens.EndedToken[]> {
    const ended = deviceId === undefined ? [] : yield* devices.remove(userId, deviceId);
    return tokenId === undefined ? ended : [...ended, ...(yield* accessTokens.remove(userId, tokenId))];
  },
  listeners: (draft, ended) => ({ on_logged_out: loggedOut(ended, draft) }),
});
