import { randomUUID } from 'node:crypto';
import type { Middleware } from 'koa';
import { InvalidInput } from '../core/invalid-input.ts';
import { MatrixError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';

/** Turns whatever was thrown into the body of a Matrix error. What nobody expected is logged under an id that the client is told. */
export const answerErrors =
  (log: Log): Middleware =>
  async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const known = expected(error) ?? unexpected(error, log, `${ctx.method} ${ctx.path}`);
      ctx.status = known.status;
      const wait = known.fields['retry_after_ms'];
      if (typeof wait === 'number') ctx.set('Retry-After', String(Math.ceil(wait / 1000)));
      ctx.set('content-type', 'application/json');
      ctx.body = JSON.stringify(known.body());
    }
  };

function expected(error: unknown): MatrixError | undefined {
  if (error instanceof InvalidInput) return new MatrixError(error.status, error.errcode, error.message);
  return error instanceof MatrixError ? error : undefined;
}

function unexpected(error: unknown, log: Log, request: string): MatrixError {
  if (isFullDisk(error)) {
    log.error({ request, error }, 'the disk is full: nothing can be stored');
    return new MatrixError(507, 'M_UNKNOWN', 'The disk of this server is full; its administrator has to make room');
  }
  const incident = randomUUID().slice(0, 8);
  log.error({ incident, request, error }, 'an operation failed unexpectedly');
  return new MatrixError(500, 'M_UNKNOWN', `Internal server error (incident ${incident})`);
}

const isFullDisk = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'SQLITE_FULL' || error.code === 'ENOSPC');
