import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { answerSsoQuestion } from '../../operations/sso/answer-sso-question.ts';
import { beginSsoConfirmation } from '../../operations/sso/begin-sso-confirmation.ts';
import { beginSsoLogin } from '../../operations/sso/begin-sso-login.ts';
import { getSsoQuestion } from '../../operations/sso/get-sso-question.ts';
import { receiveSsoReply } from '../../operations/sso/receive-sso-reply.ts';
import { ssoPage } from '../pages/sso-page.ts';

const redirectQuery = t.Object({ redirectUrl: t.String(), action: t.Optional(t.Union([t.Literal('login'), t.Literal('register')])) });
/** Below public_baseurl, which the configuration of the provider names. */
const callback = '/_plexus/client/sso/callback';
const question = '/_plexus/client/sso/continue';

const cookiesOf = ({ cookie }: Readonly<Record<string, string | string[] | undefined>>): string => [cookie ?? []].flat().join('; ');

/** https://spec.matrix.org/v1.19/client-server-api/#sso-client-loginauthentication */
export const SINGLE_SIGN_ON = [
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/login/sso/redirect',
    auth: 'none',
    limit: 'login',
    query: redirectQuery,
    reply: 'raw',
    operation: beginSsoLogin,
    input: ({ query }) => ({ redirectUrl: query.redirectUrl, action: query.action }),
    output: ssoPage,
  }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/login/sso/redirect/:idpId',
    auth: 'none',
    limit: 'login',
    query: redirectQuery,
    reply: 'raw',
    operation: beginSsoLogin,
    input: ({ params, query }) => ({ idpId: params.idpId, redirectUrl: query.redirectUrl, action: query.action }),
    output: ssoPage,
  }),
  endpoint({
    method: 'GET',
    path: '/_plexus/client/sso/confirm',
    auth: 'none',
    limit: 'login',
    query: t.Object({ session: t.String(), provider: t.String() }),
    reply: 'raw',
    operation: beginSsoConfirmation,
    input: ({ query }) => query,
    output: ssoPage,
  }),
  endpoint({
    method: 'GET',
    path: callback,
    auth: 'none',
    limit: 'general',
    query: t.Record(t.String(), t.String()),
    reply: 'raw',
    operation: receiveSsoReply,
    input: ({ query, headers }) => ({ reply: new URLSearchParams(query), cookies: cookiesOf(headers) }),
    output: ({ answer }) => ssoPage(answer),
  }),
  endpoint({
    method: 'GET',
    path: question,
    auth: 'none',
    limit: 'general',
    query: t.Object({ flow: t.String() }),
    reply: 'raw',
    operation: getSsoQuestion,
    input: ({ query, headers }) => ({ flowId: query.flow, cookies: cookiesOf(headers) }),
    output: ssoPage,
  }),
  endpoint({
    method: 'POST',
    path: question,
    auth: 'none',
    limit: 'general',
    body: t.Object({ flow: t.String(), accepted: t.Optional(t.String()) }),
    form: true,
    reply: 'raw',
    operation: answerSsoQuestion,
    input: ({ body, headers }) => ({ flowId: body.flow, cookies: cookiesOf(headers), acceptsTerms: body.accepted === 'yes' }),
    output: ({ answer }) => ssoPage(answer),
  }),
];
