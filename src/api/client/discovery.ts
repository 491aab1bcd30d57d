import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { getCapabilities } from '../../operations/discovery/get-capabilities.ts';
import { getVersions } from '../../operations/discovery/get-versions.ts';
import { getWellKnownClient } from '../../operations/discovery/get-well-known-client.ts';
import { getWellKnownSupport } from '../../operations/discovery/get-well-known-support.ts';
import { anyObject } from '../schemas.ts';

const contact = t.Object({ role: t.String(), matrix_id: t.Optional(t.String()), email_address: t.Optional(t.String()) });

/** https://spec.matrix.org/v1.19/client-server-api/#server-discovery */
export const DISCOVERY = [
  endpoint({
    method: 'GET',
    path: '/_matrix/client/versions',
    auth: 'none',
    limit: 'none',
    reply: t.Object({ versions: t.Array(t.String()), unstable_features: t.Record(t.String(), t.Boolean()) }),
    operation: getVersions,
    input: () => undefined,
    output: ({ versions, unstableFeatures }) => ({ versions, unstable_features: unstableFeatures }),
  }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/capabilities',
    auth: 'user',
    limit: 'general',
    reply: t.Object({ capabilities: anyObject }),
    operation: getCapabilities,
    input: () => undefined,
    output: (capabilities) => ({ capabilities }),
  }),
  endpoint({
    method: 'GET',
    path: '/.well-known/matrix/client',
    auth: 'none',
    limit: 'none',
    reply: t.Object({ 'm.homeserver': t.Object({ base_url: t.String() }) }),
    operation: getWellKnownClient,
    input: () => undefined,
    output: (address) => ({ 'm.homeserver': { base_url: address } }),
  }),
  endpoint({
    method: 'GET',
    path: '/.well-known/matrix/support',
    auth: 'none',
    limit: 'none',
    reply: t.Object({ contacts: t.Optional(t.Array(contact)), support_page: t.Optional(t.String()) }),
    operation: getWellKnownSupport,
    input: () => undefined,
    output: ({ contacts, support_page: page }) => ({
      ...(contacts.length > 0 && { contacts: [...contacts] }),
      ...(page !== undefined && { support_page: page }),
    }),
  }),
];
