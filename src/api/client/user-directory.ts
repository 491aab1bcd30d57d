import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { searchUsers } from '../../operations/user-directory/search-users.ts';

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 50;

/** https://spec.matrix.org/v1.19/client-server-api/#user-directory */
export const USER_DIRECTORY = [
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/user_directory/search',
    auth: 'user',
    limit: 'directory',
    body: t.Object({ search_term: t.String({ maxLength: 512 }), limit: t.Optional(t.Integer({ minimum: 0 })) }),
    reply: t.Object({
      limited: t.Boolean(),
      results: t.Array(t.Object({ user_id: t.String(), display_name: t.Optional(t.String()), avatar_url: t.Optional(t.String()) })),
    }),
    operation: searchUsers,
    input: ({ body }) => ({ term: body.search_term, limit: Math.min(body.limit ?? DEFAULT_LIMIT, MAX_LIMIT) }),
    output: ({ results, limited }) => ({
      limited,
      results: results.map(({ userId, displayName, avatarUrl }) => ({
        user_id: userId,
        ...(displayName !== undefined && { display_name: displayName }),
        ...(avatarUrl !== undefined && { avatar_url: avatarUrl }),
      })),
    }),
  }),
];
