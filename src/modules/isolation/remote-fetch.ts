import { buffer } from 'node:stream/consumers';
import type { RequestInit, Response } from 'undici';
import type { Fetch } from '../api/http-client.ts';

/** A reply on its way between threads. */
export interface SentReply {
  readonly url: string;
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
}

/** What comes in pieces cannot go to another thread as it comes. */
const isInPieces = (body: unknown): body is AsyncIterable<Uint8Array> => typeof body === 'object' && body !== null && Symbol.asyncIterator in body;

const NO_BODY: readonly number[] = [204, 205, 304];

/** In the module's thread: the server's thread asks, so that its rules hold. */
export const remoteFetch =
  (ask: (...args: readonly unknown[]) => Promise<unknown>): Fetch =>
  async (url, init: RequestInit = {}) => {
    const { method, headers, body, redirect } = init;
    const whole = isInPieces(body) ? await buffer(body) : body;
    const sent = { method, headers: [...new Headers(headers as Record<string, string> | undefined)], body: whole, redirect };
    const reply = (await ask(String(url), sent)) as SentReply;
    const response = new globalThis.Response(NO_BODY.includes(reply.status) ? null : (reply.body as Uint8Array<ArrayBuffer>), {
      status: reply.status,
      headers: reply.headers as [string, string][],
    });
    Object.defineProperty(response, 'url', { value: reply.url });
    return response as unknown as Response;
  };

/** In the server's thread. */
export const fetchForThread =
  (fetch: Fetch) =>
  async (url: unknown, init: unknown): Promise<SentReply> => {
    const response = await fetch(url as string, init as RequestInit);
    return { url: response.url, status: response.status, headers: [...response.headers], body: new Uint8Array(await response.arrayBuffer()) };
  };
