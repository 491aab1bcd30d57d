import type { Context } from 'koa';
import { MatrixError } from '../kernel/errors.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#using-access-tokens */
export function accessTokenOf(ctx: Context): string | undefined {
  const header = ctx.get('authorization');
  if (header !== '') return /^Bearer +(\S+)$/i.exec(header)?.[1];
  const query = ctx.query['access_token'];
  return typeof query === 'string' && query !== '' ? query : undefined;
}

export const missingToken = (): MatrixError =>
  new MatrixError(401, 'M_MISSING_TOKEN', 'This endpoint needs an access token: send the header "Authorization: Bearer <token>"');
