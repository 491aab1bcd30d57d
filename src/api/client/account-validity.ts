import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { renewAccount } from '../../operations/accounts/renew-account.ts';
import { sendRenewalMail } from '../../operations/accounts/send-renewal-mail.ts';
import { renewalPage } from '../pages/renewal-page.ts';
import { emptyObject } from '../schemas.ts';

/** By which users renew their accounts, where a module lets these expire. They come from Synapse. */
export const ACCOUNT_VALIDITY = [
  endpoint({
    method: 'POST',
    path: '/_matrix/client/unstable/account_validity/send_mail',
    auth: 'user',
    limit: 'mail',
    reply: emptyObject,
    operation: sendRenewalMail,
    input: () => undefined,
    output: () => ({}),
  }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/unstable/account_validity/renew',
    auth: 'none',
    limit: 'login',
    query: t.Object({ token: t.String() }),
    reply: 'raw',
    operation: renewAccount,
    input: ({ query }) => query.token,
    output: renewalPage,
  }),
];
