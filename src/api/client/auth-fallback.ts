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
      email: t.Optional(t.String()),
      sent_to: t.Optional(t.String()),
      sid: t.Optional(t.String()),
      client_secret: t.Optional(t.String()),
      'g-recaptcha-response': t.Optional(t.String()),
    }),
    form: true,
    reply: 'raw',
    operation: completeAuthStage,
    input({ params, body }) {
      const { session, email, 'g-recaptcha-response': response, ...filledIn } = body;
      const { sid, client_secret: clientSecret } = filledIn;
      const isMailSent = sid !== undefined && clientSecret !== undefined;
      const auth = {
        ...filledIn,
        ...(response !== undefined && { response }),
        ...(isMailSent && { threepid_creds: { sid, client_secret: clientSecret } }),
      };
      return { type: params.authType, session, email, auth };
    },
    output: authPage,
  }),
];
