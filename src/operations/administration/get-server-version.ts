import type { Caller } from '../../kernel/requester.ts';
import { defineRead } from '../define.ts';

/** Which version of this server runs. */
export const getServerVersion = defineRead({
  name: 'get-server-version',
  prepare: ({ serverVersion }, _who: Caller, _input: undefined): string => serverVersion,
});
