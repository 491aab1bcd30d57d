import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { getVersions } from '../../operations/discovery/get-versions.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#api-versions */
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
];
