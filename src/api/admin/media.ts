import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { getMediaStorage } from '../../operations/media-storage/get-media-storage.ts';
import { deleteMedia } from '../../operations/media/delete-media.ts';

/** https://element-hq.github.io/synapse/latest/admin_api/media_admin_api.html, and how storages for media do. */
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
  endpoint({
    method: 'GET',
    path: '/_plexus/admin/v1/media_storage',
    auth: 'admin',
    limit: 'general',
    reply: t.Object({
      storages: t.Array(t.String()),
      knows_all: t.Boolean(),
      waiting: t.Object({ copies: t.Integer(), bytes: t.Integer(), deletions: t.Integer() }),
      failing: t.Integer(),
    }),
    operation: getMediaStorage,
    input: () => undefined,
    output: ({ storage, waiting: { failing, ...waiting } }) => ({
      storages: storage === undefined ? [] : (JSON.parse(storage.id) as string[]),
      knows_all: storage?.hasAll ?? false,
      waiting,
      failing,
    }),
  }),
];
