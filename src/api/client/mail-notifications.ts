import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { endMailSubscription } from '../../operations/push/end-mail-subscription.ts';
import { getMailSubscription } from '../../operations/push/get-mail-subscription.ts';
import { mailSubscriptionEndedPage, mailSubscriptionPage } from '../pages/mail-subscription-page.ts';

const path = '/_plexus/client/email/unsubscribe';
const query = t.Object({ token: t.String() });

/** Where the link in notification mails leads; mail programs send the form by themselves when their user presses a button (RFC 8058). */
export const MAIL_NOTIFICATIONS = [
  endpoint({
    method: 'GET',
    path,
    auth: 'none',
    limit: 'general',
    query,
    reply: 'raw',
    operation: getMailSubscription,
    input: ({ query: { token } }) => token,
    output: mailSubscriptionPage,
  }),
  endpoint({
    method: 'POST',
    path,
    auth: 'none',
    limit: 'login',
    query,
    body: t.Object({}),
    form: true,
    reply: 'raw',
    operation: endMailSubscription,
    input: ({ query: { token } }) => token,
    output: mailSubscriptionEndedPage,
  }),
];
