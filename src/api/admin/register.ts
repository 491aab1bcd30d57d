import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { issueRegistrationNonce } from '../../operations/accounts/issue-registration-nonce.ts';
import { registerWithSharedSecret } from '../../operations/accounts/register-with-shared-secret.ts';
import { sessionOf, sessionReply } from '../client/session-reply.ts';

/** Registration by shared secret, as tools for Synapse know it: no account is needed, but the secret of the configuration. */
export const ADMIN_REGISTER = [
  endpoint({
    method: 'GET',
    path: '/_synapse/admin/v1/register',
    auth: 'none',
    limit: 'registration',
    reply: t.Object({ nonce: t.String() }),
    operation: issueRegistrationNonce,
    input: () => undefined,
    output: (nonce) => ({ nonce }),
  }),
  endpoint({
    method: 'POST',
    path: '/_synapse/admin/v1/register',
    auth: 'none',
    limit: 'registration',
    body: t.Object({
      nonce: t.String(),
      username: t.String(),
      password: t.String(),
      admin: t.Optional(t.Boolean()),
      displayname: t.Optional(t.String()),
      user_type: t.Optional(t.Union([t.Literal('bot'), t.Literal('support'), t.Null()])),
      mac: t.String(),
    }),
    reply: sessionReply,
    operation: registerWithSharedSecret,
    input: ({ body }) => ({
      nonce: body.nonce,
      username: body.username,
      password: body.password,
      admin: body.admin ?? false,
      displayName: body.displayname,
      userType: body.user_type ?? undefined,
      mac: body.mac,
    }),
    output({ userId, session }) {
      if (session === undefined) throw new Error('The new user was not logged in');
      return sessionOf(userId, session);
    },
  }),
];
