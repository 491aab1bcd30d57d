import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Middleware } from 'koa';
import { otherMethod } from '../http/other-method.ts';
import { PACKAGE_FOLDER } from './package-folder.ts';

/** Where the page for admins is. What it asks lies below it, at /_plexus/admin/v1, and is wanted by its token only. */
export const ADMIN_PAGE_PATH = '/_plexus/admin';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** It loads and asks nothing but this server, can be framed by nobody, and the browser itself refuses to read any text as HTML. */
const HEADERS = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-cache',
};

interface File {
  readonly type: string;
  readonly etag: string;
  readonly body: Buffer;
}

/** Serves the page for admins, from files that are read at the start: a request names one of them, and never a path. */
export function adminPage(isEnabled: boolean): Middleware {
  const files = isEnabled ? readFiles(join(PACKAGE_FOLDER, 'admin-page')) : new Map<string, File>();
  return async (ctx, next) => {
    const file = files.get(ctx.path);
    if (file === undefined) return next();
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') throw otherMethod(ctx, ['GET']);
    ctx.set({ ...HEADERS, ETag: file.etag });
    ctx.status = 200;
    if (ctx.fresh) {
      ctx.status = 304;
      return undefined;
    }
    ctx.set('Content-Type', file.type);
    ctx.body = file.body;
    return undefined;
  };
}

function readFiles(folder: string): ReadonlyMap<string, File> {
  const files = new Map<string, File>();
  for (const name of readdirSync(folder)) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const body = readFileSync(join(folder, name));
    const file = { type, body, etag: `"${createHash('sha256').update(body).digest('base64url')}"` };
    files.set(`${ADMIN_PAGE_PATH}/${name}`, file);
    if (name === 'index.html') files.set(ADMIN_PAGE_PATH, file).set(`${ADMIN_PAGE_PATH}/`, file);
  }
  return files;
}
