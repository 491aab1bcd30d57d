import { isObject, type JsonObject } from '../../core/json.ts';
import type { Outgoing } from '../outgoing.ts';

/** How long a gateway may take to answer (ms), and how much it may say (bytes). */
const TIMEOUT = 30_000;
const MAX_REPLY = 65_536;

/**
 * Gives a notification to a push gateway: https://spec.matrix.org/v1.19/push-gateway-api/#post_matrixpushv1notify
 * @param signal fires when the server ends
 * @returns the pushkeys that the gateway rejects
 * @throws Error when it cannot be reached, or does not answer as it should
 */
export async function notifyGateway(outgoing: Outgoing, url: string, notification: JsonObject, signal?: AbortSignal): Promise<readonly string[]> {
  const response = await outgoing.fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ notification }),
    redirect: 'manual',
    signal: AbortSignal.any([...(signal === undefined ? [] : [signal]), AbortSignal.timeout(TIMEOUT)]),
  });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).length;
    if (size > MAX_REPLY) throw new Error('The push gateway answered with too much');
    chunks.push(chunk as Uint8Array);
  }
  if (!response.ok) throw new Error(`The push gateway answered with status ${response.status}`);
  const reply: unknown = JSON.parse(Buffer.concat(chunks).toString());
  const rejected = isObject(reply) ? reply['rejected'] : undefined;
  return Array.isArray(rejected) ? (rejected as unknown[]).filter((key) => typeof key === 'string') : [];
}
