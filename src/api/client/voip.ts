import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { getTurnCredentials } from '../../operations/voip/get-turn-credentials.ts';
import { emptyObject } from '../schemas.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#voice-over-ip */
export const VOIP = [
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/voip/turnServer',
    auth: 'user',
    // The configuration says whether there is anything for them.
    guests: true,
    limit: 'general',
    reply: t.Union([t.Object({ username: t.String(), password: t.String(), uris: t.Array(t.String()), ttl: t.Integer() }), emptyObject]),
    operation: getTurnCredentials,
    input: () => undefined,
    output: (server) =>
      server === undefined
        ? {}
        : { username: server.username, password: server.password, uris: [...server.uris], ttl: Math.floor(server.ttlMs / 1000) },
  }),
];
