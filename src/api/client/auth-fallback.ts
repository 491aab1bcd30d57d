import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { completeAuthStage } from '../../operations/accounts/complete-auth-stage.ts';
import { getAuthPage } from '../../operations/accounts/get-auth-page.ts';
import { authPage } from '../pages/auth-page.ts';

const path = '/_matrix/client/v3/auth/:authType/fallback/web';

/** https://spec.matrix.org/v1.19/client-server-api/#fallback */
export const AUTH_FALLBACK = [
  endpoint({
    method: 'GET',
    path,
    auth: 'none',
    limit: 'general',
    query: t.Object({ session: t.String() }),
    reply: 'raw',
    operation: getAuthPage,
    input: ({ params, query }) => ({ type: params.authType, session: query.session }),
    output: authPage,
  }),
  endpoint({
    method: 'POST',
    path,
    auth: 'none',
    limit: 'login',
    body: t.Object({
      session: t.String(),
      password: t.Optional(t.String()),
      token: t.Optional(t.String()),
      'g-recaptcha-response': t.Optional(t.String()),
    }),
    form: true,
    reply: 'raw',
    operation: completeAuthStage,
    input({ params, body }) {
      const { session, 'g-recaptcha-response': response, ...filledIn } = body;
      return { type: params.authType, session, auth: { ...filledIn, ...(response !== undefined && { response }) } };
    },
    output: authPage,
  }),
];
