import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { fillMedia } from '../../operations/media/fill-media.ts';
import { getMediaConfig } from '../../operations/media/get-media-config.ts';
import { getMedia } from '../../operations/media/get-media.ts';
import { getThumbnail } from '../../operations/media/get-thumbnail.ts';
import { previewUrl } from '../../operations/media/preview-url.ts';
import { reserveMedia } from '../../operations/media/reserve-media.ts';
import { uploadMedia } from '../../operations/media/upload-media.ts';
import { anyObject, emptyObject } from '../schemas.ts';

/** How long a download waits for an announced file when the request does not say, ms. */
const DEFAULT_WAIT = 20_000;

const uploadQuery = t.Object({ filename: t.Optional(t.String({ maxLength: 1024 })) });
const downloadQuery = t.Object({ timeout_ms: t.Optional(t.Integer({ minimum: 0 })) });
const thumbnailQuery = t.Object({
  width: t.Integer({ minimum: 1 }),
  height: t.Integer({ minimum: 1 }),
  method: t.Optional(t.Union([t.Literal('crop'), t.Literal('scale')])),
  animated: t.Optional(t.Boolean()),
  timeout_ms: t.Optional(t.Integer({ minimum: 0 })),
});

type Headers = Readonly<Record<string, string | string[] | undefined>>;
const headerOf = (headers: Headers, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
};
const typeOf = (headers: Headers): string => headerOf(headers, 'content-type') ?? 'application/octet-stream';

/** Undefined for what comes in pieces. */
function sizeOf(headers: Headers): number | undefined {
  const length = headerOf(headers, 'content-length');
  return length === undefined ? undefined : Number(length);
}

interface Target {
  readonly serverName: string;
  readonly mediaId: string;
}
type Asked = { readonly headers: Headers; readonly signal: AbortSignal };

const mediaWish = (target: Target, timeout: number | undefined, { headers, signal }: Asked) => ({
  serverName: target.serverName,
  mediaId: target.mediaId,
  timeout: timeout ?? DEFAULT_WAIT,
  signal,
  range: headerOf(headers, 'range'),
});

/**
 * Downloads at the addresses of today, and at those from before files were served to users only
 * (https://spec.matrix.org/v1.19/client-server-api/#content-repo-client-behaviour): there a token is looked at when there is one.
 */
const DOWNLOADS = (
  [
    ['/_matrix/client/v1/media', 'user'],
    ['/_matrix/media/v3', 'optional'],
  ] as const
).flatMap(([prefix, auth]) => [
  endpoint({
    method: 'GET',
    path: `${prefix}/download/:serverName/:mediaId`,
    auth,
    guests: true,
    limit: 'media',
    query: downloadQuery,
    reply: 'raw',
    operation: getMedia,
    input: (call) => ({ ...mediaWish(call.params, call.query.timeout_ms, call), fileName: undefined }),
    output: (file) => file,
  }),
  endpoint({
    method: 'GET',
    path: `${prefix}/download/:serverName/:mediaId/:fileName`,
    auth,
    guests: true,
    limit: 'media',
    query: downloadQuery,
    reply: 'raw',
    operation: getMedia,
    input: (call) => ({ ...mediaWish(call.params, call.query.timeout_ms, call), fileName: call.params.fileName }),
    output: (file) => file,
  }),
  endpoint({
    method: 'GET',
    path: `${prefix}/thumbnail/:serverName/:mediaId`,
    auth,
    guests: true,
    limit: 'media',
    query: thumbnailQuery,
    reply: 'raw',
    operation: getThumbnail,
    input: (call) => ({
      ...mediaWish(call.params, call.query.timeout_ms, call),
      width: call.query.width,
      height: call.query.height,
      method: call.query.method ?? 'scale',
      animated: call.query.animated ?? false,
    }),
    output: (file) => file,
  }),
]);

/** https://spec.matrix.org/v1.19/client-server-api/#content-repository */
export const MEDIA = [
  ...DOWNLOADS,
  endpoint({
    method: 'POST',
    path: '/_matrix/media/v3/upload',
    auth: 'user',
    limit: 'media',
    query: uploadQuery,
    body: 'stream',
    reply: t.Object({ content_uri: t.String() }),
    operation: uploadMedia,
    input: ({ body, headers, query }) => ({ body, size: sizeOf(headers), contentType: typeOf(headers), fileName: query.filename }),
    output: (contentUri) => ({ content_uri: contentUri }),
  }),
  endpoint({
    method: 'POST',
    path: '/_matrix/media/v1/create',
    auth: 'user',
    limit: 'media',
    reply: t.Object({ content_uri: t.String(), unused_expires_at: t.Integer() }),
    operation: reserveMedia,
    input: () => undefined,
    output: ({ contentUri, expiresTs }) => ({ content_uri: contentUri, unused_expires_at: expiresTs }),
  }),
  endpoint({
    method: 'PUT',
    path: '/_matrix/media/v3/upload/:serverName/:mediaId',
    auth: 'user',
    limit: 'media',
    query: uploadQuery,
    body: 'stream',
    reply: emptyObject,
    operation: fillMedia,
    input: ({ params, body, headers, query }) => ({
      serverName: params.serverName,
      mediaId: params.mediaId,
      body,
      size: sizeOf(headers),
      contentType: typeOf(headers),
      fileName: query.filename,
    }),
    output: () => ({}),
  }),
  ...['/_matrix/client/v1/media/config', '/_matrix/media/v3/config'].map((path) =>
    endpoint({
      method: 'GET',
      path,
      auth: 'user',
      limit: 'media',
      // Modules may say more, or something else.
      reply: anyObject,
      operation: getMediaConfig,
      input: () => undefined,
      output: (config) => config,
    }),
  ),
  ...['/_matrix/client/v1/media/preview_url', '/_matrix/media/v3/preview_url'].map((path) =>
    endpoint({
      method: 'GET',
      path,
      auth: 'user',
      limit: 'preview',
      // A page is shown as it is now, so the wish for another time (`ts`) is left aside, as the specification allows.
      query: t.Object({ url: t.String({ maxLength: 4096 }), ts: t.Optional(t.Integer()) }),
      reply: anyObject,
      operation: previewUrl,
      input: ({ query }) => query.url,
      output: (preview) => preview,
    }),
  ),
];
