import type { JsonObject } from '../core/json.ts';

/** An error as a client sees it: https://spec.matrix.org/v1.19/client-server-api/#standard-error-response */
export class MatrixError extends Error {
  override readonly name: string = 'MatrixError';
  readonly status: number;
  readonly errcode: string;
  /** More keys of the error's body, e.g. `retry_after_ms`. */
  readonly fields: JsonObject;

  constructor(status: number, errcode: string, message: string, fields: JsonObject = {}) {
    super(message);
    this.status = status;
    this.errcode = errcode;
    this.fields = fields;
  }

  /** The body of the reply; `fields` may override the text, never the code. */
  body(): JsonObject {
    return { error: this.message, ...this.fields, errcode: this.errcode };
  }
}

/** Whether an error is a refusal that stands, however often one asks: what went wrong, and too many requests, are none. */
export const isRefusal = (error: unknown): error is MatrixError => error instanceof MatrixError && error.status < 500 && error.status !== 429;

export const forbidden = (message: string): MatrixError => new MatrixError(403, 'M_FORBIDDEN', message);
export const notFound = (message: string): MatrixError => new MatrixError(404, 'M_NOT_FOUND', message);
export const badJson = (message: string): MatrixError => new MatrixError(400, 'M_BAD_JSON', message);
export const invalidParam = (message: string): MatrixError => new MatrixError(400, 'M_INVALID_PARAM', message);
export const missingParam = (message: string): MatrixError => new MatrixError(400, 'M_MISSING_PARAM', message);
/** For a path that nothing serves. */
export const unknownPath = (): MatrixError => new MatrixError(404, 'M_UNRECOGNIZED', 'This server has nothing at this path');
/** For a path that is served, by the methods named. */
export const unknownMethod = (method: string, served: readonly string[]): MatrixError =>
  new MatrixError(405, 'M_UNRECOGNIZED', `${method} does not work at this path, but ${served.join(', ')} does`);
/** https://spec.matrix.org/v1.19/client-server-api/#account-locking */
export const userLocked = (): MatrixError =>
  new MatrixError(401, 'M_USER_LOCKED', 'This account has been locked; ask the administrator of this server', { soft_logout: true });
/** https://spec.matrix.org/v1.19/client-server-api/#account-suspension */
export const userSuspended = (): MatrixError =>
  new MatrixError(403, 'M_USER_SUSPENDED', 'You cannot do this while your account is suspended; ask the administrator of this server');
/** @param wait ms after which it is worth trying again: https://spec.matrix.org/v1.19/client-server-api/#rate-limiting */
export const limitExceeded = (wait: number, message = 'Too many requests; try again later'): MatrixError =>
  new MatrixError(429, 'M_LIMIT_EXCEEDED', message, { retry_after_ms: Math.ceil(wait) });
