import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { toUserId } from '../../kernel/parse.ts';
import { issueOpenidToken } from '../../operations/openid/issue-openid-token.ts';
import { emptyObject } from '../schemas.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#openid */
export const OPENID = [
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/user/:userId/openid/request_token',
    auth: 'user',
    limit: 'general',
    body: emptyObject,
    bodyOptional: true,
    reply: t.Object({ access_token: t.String(), token_type: t.Literal('Bearer'), matrix_server_name: t.String(), expires_in: t.Integer() }),
    operation: issueOpenidToken,
    input: ({ params }) => ({ userId: toUserId(params.userId) }),
    output: ({ token, serverName, expiresInMs }) => ({
      access_token: token,
      token_type: 'Bearer' as const,
      matrix_server_name: serverName,
      expires_in: expiresInMs / 1000,
    }),
  }),
];
