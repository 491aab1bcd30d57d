import type { Caller } from '../../kernel/requester.ts';
import { defineRead } from '../define.ts';

/** How people can log in: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3login */
export const getLoginFlows = defineRead({
  name: 'get-login-flows',
  prepare: (_context, _who: Caller, _input: undefined) => [{ type: 'm.login.password' }, { type: 'm.login.token', get_login_token: true }],
});
