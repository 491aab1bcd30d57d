import { MatrixError } from '../kernel/errors.ts';

/** A reply of the server that refused something. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed';
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Headers;

  constructor(request: string, status: number, body: Readonly<Record<string, unknown>>, headers: Headers) {
    super(`${request} answered ${status} ${JSON.stringify(body)}`);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }

  /** The Matrix error code, '' where the reply has none. */
  get errcode(): string {
    const code = this.body['errcode'];
    return typeof code === 'string' ? code : '';
  }
}

/** What a test declared did not happen, or what it did not declare did. */
export class UnmetExpectations extends Error {
  override readonly name = 'UnmetExpectations';

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/**
 * Expects that a request, or a callback that was called by `callHook`, is refused.
 * @returns the refusal, for looking at its body
 * @throws Error when it succeeds, or fails in another way
 */
export async function expectError(request: Promise<unknown>, status: number, errcode?: string): Promise<RequestFailed> {
  let answer: unknown;
  try {
    answer = await request;
  } catch (error) {
    const refusal = error instanceof MatrixError ? new RequestFailed('The callback', error.status, error.body(), new Headers()) : error;
    if (!(refusal instanceof RequestFailed)) throw error;
    if (refusal.status === status && (errcode === undefined || refusal.errcode === errcode)) return refusal;
    throw new Error(`Expected ${status} ${errcode ?? ''}, but ${refusal.message}`, { cause: error });
  }
  throw new Error(`Expected a refusal (${status} ${errcode ?? ''}), but the request succeeded with ${JSON.stringify(answer)}`);
}
