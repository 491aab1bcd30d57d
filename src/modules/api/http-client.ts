import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { RequestInit, Response } from 'undici';
import type { JsonValue } from '../../core/json.ts';

export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;
export type Query = Readonly<Record<string, string | number | boolean | readonly string[]>>;
type Headers = Readonly<Record<string, string>>;

/** Another server answered with an error. */
export class HttpResponseError extends Error {
  override readonly name = 'HttpResponseError';
  readonly status: number;
  /** What it said, as text. */
  readonly body: string;

  constructor(url: string | URL, status: number, body: string) {
    super(`${String(url)} answered with status ${status}`);
    this.status = status;
    this.body = body;
  }
}

/**
 * Asks other servers over HTTP. Private addresses are refused unless the configuration allows them (`outgoing.allow_addresses`).
 * All but `fetch` and `request` throw HttpResponseError for a status outside 200 to 299; those that return the reply refuse one of more than 10 MiB.
 */
export interface HttpClient {
  /**
   * As the global `fetch`. A body may be an async iterable, with `duplex: 'half'`: it is sent as it comes, in pieces, or, where a header `content-length`
   * says how long it is, as one.
   */
  fetch: Fetch;
  getJson(url: string, query?: Query, headers?: Headers): Promise<JsonValue>;
  getRaw(url: string, query?: Query, headers?: Headers): Promise<Uint8Array>;
  postJsonGetJson(url: string, body: JsonValue, headers?: Headers): Promise<JsonValue>;
  postUrlencodedGetJson(url: string, form: Query, headers?: Headers): Promise<JsonValue>;
  putJson(url: string, body: JsonValue, query?: Query, headers?: Headers): Promise<JsonValue>;
  /** Sends whatever it is given. @returns the answer with any status; its body is the caller's to read */
  request(method: string, url: string, body?: string | Uint8Array, headers?: Headers): Promise<Response>;
  /**
   * Writes a file to a stream as it comes, and ends the stream.
   * @param maxSize bytes; the stream is destroyed when the file has more
   * @throws HttpResponseError
   */
  getFile(url: string, output: Writable, maxSize?: number, headers?: Headers): Promise<DownloadedFile>;
}

/** What is known of a file that was fetched. */
export interface DownloadedFile {
  /** Bytes. */
  readonly length: number;
  /** By name, in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where it was found in the end. */
  readonly url: string;
  readonly status: number;
}

const MAX_REPLY = 10 * 1_048_576;

export function httpClient(fetch: Fetch): HttpClient {
  const bytesOf = async (url: string | URL, init: RequestInit): Promise<Uint8Array> => {
    const response = await fetch(url, init);
    const bytes = await limitedBody(response);
    if (!response.ok) throw new HttpResponseError(url, response.status, new TextDecoder().decode(bytes));
    return bytes;
  };
  const jsonOf = async (url: string | URL, init: RequestInit): Promise<JsonValue> =>
    JSON.parse(new TextDecoder().decode(await bytesOf(url, init))) as JsonValue;
  const jsonBody = (method: string, body: JsonValue, headers: Headers): RequestInit => ({
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return Object.freeze<HttpClient>({
    fetch,
    getJson: (url, query = {}, headers = {}) => jsonOf(withQuery(url, query), { headers }),
    getRaw: (url, query = {}, headers = {}) => bytesOf(withQuery(url, query), { headers }),
    postJsonGetJson: (url, body, headers = {}) => jsonOf(url, jsonBody('POST', body, headers)),
    postUrlencodedGetJson: (url, form, headers = {}) =>
      jsonOf(url, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: parametersOf(form).toString(),
      }),
    request: (method, url, body, headers = {}) => fetch(url, { method, headers, ...(body !== undefined && { body }) }),
    getFile: async (url, output, maxSize = Infinity, headers = {}) => download(url, await fetch(url, { headers }), output, maxSize),
    putJson: (url, body, query = {}, headers = {}) => jsonOf(withQuery(url, query), jsonBody('PUT', body, headers)),
  });
}

async function download(url: string, response: Response, output: Writable, maxSize: number): Promise<DownloadedFile> {
  if (!response.ok) {
    output.destroy();
    throw new HttpResponseError(url, response.status, new TextDecoder().decode(await limitedBody(response)));
  }
  let length = 0;
  await pipeline(async function* () {
    for await (const chunk of response.body ?? []) {
      length += (chunk as Uint8Array).length;
      if (length > maxSize) throw new Error(`${url} has more than ${maxSize} bytes`);
      yield chunk as Uint8Array;
    }
  }, output);
  return { length, headers: Object.fromEntries(response.headers), url: response.url, status: response.status };
}

async function limitedBody(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).length;
    if (size > MAX_REPLY) throw new Error(`${response.url} answered with more than ${MAX_REPLY} bytes`);
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks);
}

/** What stands behind the `?` of an address. */
export function parametersOf(query: Query): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? (value as readonly string[]) : [String(value)]) parameters.append(name, one);
  }
  return parameters;
}

function withQuery(url: string, query: Query): URL {
  const target = new URL(url);
  for (const [name, value] of parametersOf(query)) target.searchParams.append(name, value);
  return target;
}
