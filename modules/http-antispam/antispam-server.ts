import { Codes, NOT_SPAM, type Code, type CodeWithFields, type HttpClient, type JsonObject, type JsonValue } from 'plexus/module';

export interface AntispamServerOptions {
  readonly httpClient: HttpClient;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly authorization: string | undefined;
  /** ms */
  readonly timeout: number;
}

/** The server gave no answer that could be understood. */
export class AntispamFailed extends Error {
  override readonly name = 'AntispamFailed';
}

/** Speaks with an antispam server over HTTP. */
export class AntispamServer {
  readonly #options: AntispamServerOptions;

  constructor(options: AntispamServerOptions) {
    this.#options = options;
  }

  /**
   * What it says to a question.
   * @throws AntispamFailed
   */
  async ask(callback: string, question: JsonObject): Promise<typeof NOT_SPAM | CodeWithFields> {
    const { isOk, reply } = await this.post(callback, question);
    return isOk ? NOT_SPAM : refusal(reply);
  }

  /**
   * Posts JSON, and reads the JSON that comes back.
   * @param path below the address of the server
   * @throws AntispamFailed
   */
  async post(path: string, body: JsonObject): Promise<{ readonly isOk: boolean; readonly reply: JsonObject }> {
    const { httpClient, baseUrl, authorization, timeout } = this.#options;
    const headers = { 'content-type': 'application/json', ...(authorization !== undefined && { authorization: `Bearer ${authorization}` }) };
    try {
      const response = await httpClient.fetch(`${baseUrl}/${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(timeout),
      });
      return { isOk: response.ok, reply: objectIn(await response.text()) };
    } catch (error) {
      throw new AntispamFailed(`${baseUrl}/${path} gave no answer: ${messageOf(error)}`, { cause: error });
    }
  }
}

/** What is refused is refused in the words of the antispam server. */
function refusal({ errcode, ...fields }: JsonObject): CodeWithFields {
  return [isCode(errcode) ? errcode : Codes.FORBIDDEN, fields];
}

const isCode = (value: JsonValue | undefined): value is Code =>
  typeof value === 'string' && (/^M_[A-Z0-9_]+$/.test(value) || (Object.values(Codes) as string[]).includes(value));

function objectIn(text: string): JsonObject {
  const value = JSON.parse(text) as JsonValue;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('the reply is no JSON object');
  return value as JsonObject;
}

/** The reason for which `fetch` fails stands in the error's cause. */
const messageOf = (error: unknown): string =>
  error instanceof Error ? [error.message, ...(error.cause instanceof Error ? [error.cause.message] : [])].join(': ') : String(error);
