import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { deleteMedia } from '../../operations/media/delete-media.ts';

/** https://element-hq.github.io/synapse/latest/admin_api/media_admin_api.html */
export const ADMIN_MEDIA = [
  endpoint({
    method: 'DELETE',
    path: '/_synapse/admin/v1/media/:serverName/:mediaId',
    auth: 'admin',
    limit: 'general',
    reply: t.Object({ deleted_media: t.Array(t.String()), total: t.Integer() }),
    operation: deleteMedia,
    input: ({ params }) => params,
    output: (mediaId) => ({ deleted_media: [mediaId], total: 1 }),
  }),
];
