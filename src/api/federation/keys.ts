import { Type as t } from '@sinclair/typebox';
import type { JsonObject } from '../../core/json.ts';
import { endpoint } from '../../kernel/endpoint.ts';
import { getServerKeys } from '../../operations/discovery/get-server-keys.ts';

const serverKeys = t.Unsafe<JsonObject>(
  t.Object({
    server_name: t.String(),
    verify_keys: t.Record(t.String(), t.Object({ key: t.String() })),
    old_verify_keys: t.Record(t.String(), t.Object({ key: t.String(), expired_ts: t.Integer() })),
    valid_until_ts: t.Integer(),
    signatures: t.Record(t.String(), t.Record(t.String(), t.String())),
  }),
);

/** https://spec.matrix.org/v1.19/server-server-api/#publishing-keys */
export const SERVER_KEYS = [
  endpoint({
    method: 'GET',
    path: '/_matrix/key/v2/server',
    auth: 'none',
    limit: 'general',
    reply: serverKeys,
    operation: getServerKeys,
    input: () => undefined,
    output: (keys) => keys,
  }),
];
