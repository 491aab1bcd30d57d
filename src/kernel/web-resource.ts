import type { Context, Middleware } from 'koa';
import type { JsonValue } from '../core/json.ts';

/** A request for a module's web resource: Koa's context, with the body parsed where it is JSON (`{}` when there is none). */
export type WebContext = Context & { readonly request: Context['request'] & { readonly body: JsonValue } };

export type WebMethod = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
/** One function a method; HEAD is served by GET. */
export type WebMethods = { readonly [M in WebMethod]?: (ctx: WebContext) => unknown };

/** What a module serves at a path. */
export interface WebResource {
  /** The module. */
  readonly owner: string;
  readonly path: string;
  readonly handler: WebMethods | Middleware;
}

export interface WebResources {
  /** The resource at the path, or the nearest above it that takes what lies below. */
  find(path: string): WebResource | undefined;
}
