import type { Context, Middleware } from 'koa';
import { unknownPath } from '../kernel/errors.ts';
import type { WebContext, WebMethod, WebMethods, WebResources } from '../kernel/web-resource.ts';
import { otherMethod } from './other-method.ts';
import { readJson } from './read-body.ts';

/**
 * Serves the modules' web resources; what they throw becomes a Matrix error further up.
 * @param maxBody bytes of JSON that a request may have
 */
export const serveWebResources =
  (resources: WebResources, maxBody: number): Middleware =>
  async (ctx, next) => {
    const resource = resources.find(ctx.path);
    if (resource === undefined) throw unknownPath();
    const hasJson = ctx.get('content-type') === '' || ctx.is('json', '+json', 'text') !== false;
    const body = hasJson ? await readJson(ctx.req, maxBody) : undefined;
    Object.assign(ctx.request, { body: body ?? {} });
    const { handler } = resource;
    if (typeof handler === 'function') await handler(ctx, next);
    else await methodOf(handler, ctx)(ctx as WebContext);
    // Nothing was answered: Koa's own 404 is no Matrix error.
    if (ctx.status === 404 && (ctx.body === undefined || ctx.body === null)) throw unknownPath();
  };

const METHODS: readonly WebMethod[] = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'];

function methodOf(methods: WebMethods, ctx: Context): (ctx: WebContext) => unknown {
  const found = methods[(ctx.method === 'HEAD' ? 'GET' : ctx.method) as WebMethod];
  if (found === undefined)
    throw otherMethod(
      ctx,
      METHODS.filter((method) => methods[method] !== undefined),
    );
  return (context) => found.call(methods, context);
}
