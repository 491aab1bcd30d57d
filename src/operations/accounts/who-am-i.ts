import type { Requester } from '../../kernel/requester.ts';
import { defineRead } from '../define.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3accountwhoami */
export const whoAmI = defineRead({
  name: 'who-am-i',
  prepare: (_context, { userId, deviceId, isGuest }: Requester, _input: undefined) => ({ userId, deviceId, isGuest }),
});
