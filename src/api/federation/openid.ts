import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { getOpenidUserinfo } from '../../operations/openid/get-openid-userinfo.ts';

/** https://spec.matrix.org/v1.19/server-server-api/#openid */
export const OPENID_USERINFO = [
  endpoint({
    method: 'GET',
    path: '/_matrix/federation/v1/openid/userinfo',
    auth: 'none',
    limit: 'general',
    query: t.Object({ access_token: t.String() }),
    reply: t.Object({ sub: t.String() }),
    operation: getOpenidUserinfo,
    input: ({ query }) => ({ token: query.access_token }),
    output: (userId) => ({ sub: userId }),
  }),
];
