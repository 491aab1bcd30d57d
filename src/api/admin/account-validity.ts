import { Type as t } from '@sinclair/typebox';
import type { JsonObject } from '../../core/json.ts';
import { endpoint } from '../../kernel/endpoint.ts';
import { setAccountValidity } from '../../operations/accounts/set-account-validity.ts';

/** https://element-hq.github.io/synapse/latest/admin_api/account_validity.html */
export const ADMIN_ACCOUNT_VALIDITY = [
  endpoint({
    method: 'POST',
    path: '/_synapse/admin/v1/account_validity/validity',
    auth: 'admin',
    limit: 'general',
    body: t.Object({ user_id: t.String(), expiration_ts: t.Optional(t.Integer()), enable_renewal_emails: t.Optional(t.Boolean()) }),
    reply: t.Object({ expiration_ts: t.Number() }),
    operation: setAccountValidity,
    input: ({ body }) => body as JsonObject,
    output: (expiresTs) => ({ expiration_ts: expiresTs }),
  }),
];
