import { RequestFailed } from './errors.ts';

/**
 * Sends a request with a JSON body and reads a JSON reply.
 * @param token an access token
 * @throws RequestFailed when the status is not 2xx
 */
export async function requestJson(url: string, method: string, path: string, body?: unknown, token?: string): Promise<unknown> {
  const response = await fetch(url + path, {
    method,
    headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const reply = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  if (!response.ok) throw new RequestFailed(`${method} ${path}`, response.status, reply, response.headers);
  return reply;
}
