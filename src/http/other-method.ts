import type { Context } from 'koa';
import { unknownMethod, type MatrixError } from '../kernel/errors.ts';

/** The error for a request to a path that takes other methods, which HTTP wants to be named: https://www.rfc-editor.org/rfc/rfc9110#status.405 */
export function otherMethod(ctx: Context, served: readonly string[]): MatrixError {
  const methods = [...new Set(served.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))];
  ctx.set('Allow', [...methods, 'OPTIONS'].join(', '));
  return unknownMethod(ctx.method, methods);
}
