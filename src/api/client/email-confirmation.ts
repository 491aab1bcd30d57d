import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { confirmEmail } from '../../operations/third-party-ids/confirm-email.ts';
import { getEmailConfirmation } from '../../operations/third-party-ids/get-email-confirmation.ts';
import { emailConfirmationPage, emailConfirmedPage } from '../pages/email-confirmation-page.ts';

const path = '/_plexus/client/email/submit_token';

/** Where the links in mails lead. */
export const EMAIL_CONFIRMATION = [
  endpoint({
    method: 'GET',
    path,
    auth: 'none',
    limit: 'general',
    query: t.Object({ token: t.String() }),
    reply: 'raw',
    operation: getEmailConfirmation,
    input: ({ query }) => query.token,
    output: emailConfirmationPage,
  }),
  endpoint({
    method: 'POST',
    path,
    auth: 'none',
    limit: 'login',
    body: t.Object({ token: t.String() }),
    form: true,
    reply: 'raw',
    operation: confirmEmail,
    input: ({ body }) => body.token,
    output: emailConfirmedPage,
  }),
];
