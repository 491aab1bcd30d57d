import { RequestFailed } from './errors.ts';

/** As `fetch`, of a path on one server. */
export type Ask = (path: string, init?: RequestInit) => Promise<Response>;

interface Sending {
  readonly body?: string | Uint8Array<ArrayBuffer> | undefined;
  readonly contentType?: string | undefined;
  /** An access token. */
  readonly token?: string | undefined;
}

/** @param server where it is, or how it is asked */
export const askerOf = (server: string | Ask): Ask => (typeof server === 'string' ? (path, init) => fetch(server + path, init) : server);

/**
 * Sends a request.
 * @throws RequestFailed when the status is not 2xx
 */
export async function sendRaw(server: string | Ask, method: string, path: string, { body, contentType, token }: Sending): Promise<Response> {
  const response = await askerOf(server)(path, {
    method,
    headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...(contentType !== undefined && { 'content-type': contentType }) },
    ...(body !== undefined && { body }),
  });
  if (response.ok) return response;
  throw new RequestFailed(`${method} ${path}`, response.status, await jsonOf(response), response.headers);
}

/**
 * Sends a request and reads a JSON reply.
 * @throws RequestFailed when the status is not 2xx
 */
export const send = async (server: string | Ask, method: string, path: string, sending: Sending): Promise<unknown> =>
  jsonOf(await sendRaw(server, method, path, sending));

/**
 * Sends a request with a JSON body and reads a JSON reply.
 * @param token an access token
 * @throws RequestFailed when the status is not 2xx
 */
export function requestJson(server: string | Ask, method: string, path: string, body?: unknown, token?: string): Promise<unknown> {
  return send(server, method, path, body === undefined ? { token } : { token, body: JSON.stringify(body), contentType: 'application/json' });
}

async function jsonOf(response: Response): Promise<Record<string, unknown>> {
  const text = await response.text();
  return (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
}
