import type { Work } from '../../kernel/work.ts';
import * as accessTokens from '../../store/access-tokens.ts';
import * as devices from '../../store/devices.ts';
import { defineOperation } from '../define.ts';

/** Ends an access token and deletes its device: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3logout */
export const logOut = defineOperation({
  name: 'log-out',
  prepare: (_context, who, _input: undefined) => who,
  *commit({ userId, deviceId, tokenId }): Work<void> {
    if (deviceId !== undefined) yield* devices.remove(userId, deviceId);
    if (tokenId !== undefined) yield* accessTokens.remove(userId, tokenId);
  },
});
