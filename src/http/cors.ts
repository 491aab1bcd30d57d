import type { Context } from 'koa';

/** https://spec.matrix.org/v1.19/client-server-api/#web-browser-clients */
export function allowOtherOrigins(ctx: Context): void {
  ctx.set('Access-Control-Allow-Origin', '*');
  ctx.set('Access-Control-Allow-Methods', 'GET, HEAD, POST, PUT, DELETE, OPTIONS');
  ctx.set('Access-Control-Allow-Headers', 'X-Requested-With, Content-Type, Authorization, Range');
  ctx.set('Access-Control-Expose-Headers', 'Content-Range, Content-Length, ETag, Retry-After');
}
