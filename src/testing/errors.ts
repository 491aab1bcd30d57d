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

/**
 * Expects that a request is refused.
 * @returns the refusal, for looking at its body
 * @throws Error when it succeeds, or fails in another way
 */
export async function expectError(request: Promise<unknown>, status: number, errcode?: string): Promise<RequestFailed> {
  let answer: unknown;
  try {
    answer = await request;
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error;
    if (error.status === status && (errcode === undefined || error.errcode === errcode)) return error;
    throw new Error(`Expected ${status} ${errcode ?? ''}, but ${error.message}`, { cause: error });
  }
  throw new Error(`Expected a refusal (${status} ${errcode ?? ''}), but the request succeeded with ${JSON.stringify(answer)}`);
}
