import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { toUserId } from '../../kernel/parse.ts';
import { exportUserData } from '../../operations/accounts/export-user-data.ts';

/** What administrators do for users. */
export const ADMIN_USERS = [
  endpoint({
    method: 'GET',
    path: '/_plexus/admin/v1/users/:userId/export',
    auth: 'admin',
    limit: 'general',
    reply: t.Object({
      user_id: t.String(),
      server: t.Record(t.String(), t.Any()),
      modules: t.Array(t.Object({ module: t.String(), data: t.Record(t.String(), t.Any()) })),
    }),
    operation: exportUserData,
    input: ({ params }) => toUserId(params.userId),
    output: ({ server, modules }) => ({ user_id: (server['account'] as { userId: string }).userId, server, modules: [...modules] }),
  }),
];
