import { RequestFailed } from './errors.ts';

interface Sending {
  readonly body?: string | Uint8Array<ArrayBuffer> | undefined;
  readonly contentType?: string | undefined;
  /** An access token. */
  readonly token?: string | undefined;
}

/**
 * Sends a request and reads a JSON reply.
 * @throws RequestFailed when the status is not 2xx
 */
export async function send(url: string, method: string, path: string, { body, contentType, token }: Sending): Promise<unknown> {
  const response = await fetch(url + path, {
    method,
    headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...(contentType !== undefined && { 'content-type': contentType }) },
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  const reply = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  if (!response.ok) throw new RequestFailed(`${method} ${path}`, response.status, reply, response.headers);
  return reply;
}

/**
 * Sends a request with a JSON body and reads a JSON reply.
 * @param token an access token
 * @throws RequestFailed when the status is not 2xx
 */
export function requestJson(url: string, method: string, path: string, body?: unknown, token?: string): Promise<unknown> {
  return send(url, method, path, body === undefined ? { token } : { token, body: JSON.stringify(body), contentType: 'application/json' });
}
