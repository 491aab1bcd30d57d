import { request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import { duplexPair, Readable, type Duplex } from 'node:stream';
import type { Ask } from './request.ts';

/** Where a server without a port seems to be. */
export const NOWHERE = 'http://no-port.test';
/** Statuses whose replies have no body. */
const EMPTY: readonly number[] = [204, 205, 304];

/**
 * Requests that reach an HTTP server through memory, without a port: the whole of HTTP is spoken on both sides, so that what a
 * module sees and answers is what it would be over a socket.
 */
export class InjectedRequests {
  readonly #server: Server;
  readonly #open = new Set<Duplex>();

  /** @param server does not listen */
  constructor(server: Server) {
    this.#server = server;
  }

  readonly ask: Ask = async (path, init) => {
    const asked = new Request(new URL(path, NOWHERE), init);
    const body = asked.body === null ? undefined : Buffer.from(await asked.arrayBuffer());
    const { pathname, search } = new URL(asked.url);
    const headers = { ...Object.fromEntries(asked.headers), ...(body !== undefined && { 'content-length': String(body.length) }) };
    const reply = await new Promise<IncomingMessage>((resolve, reject) => {
      const createConnection = (): Duplex => this.#connection();
      const request = httpRequest({ method: asked.method, path: pathname + search, headers, createConnection, signal: asked.signal });
      request.once('response', resolve);
      request.once('error', reject);
      request.end(body);
    });
    const received = new Headers();
    for (let index = 0; index + 1 < reply.rawHeaders.length; index += 2) {
      received.append(reply.rawHeaders[index] ?? '', reply.rawHeaders[index + 1] ?? '');
    }
    const status = reply.statusCode ?? 500;
    const isEmpty = asked.method === 'HEAD' || EMPTY.includes(status);
    if (isEmpty) reply.resume();
    const content = isEmpty ? null : (Readable.toWeb(reply) as ReadableStream<Uint8Array>);
    return new Response(content, { status, statusText: reply.statusMessage ?? '', headers: received });
  };

  /** Waits for the requests that run, but no longer than `grace` ms; then cuts them off. */
  async close(grace: number): Promise<void> {
    const end = Date.now() + grace;
    while (this.#open.size > 0 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 1));
    for (const socket of this.#open) socket.destroy();
  }

  #connection(): Duplex {
    const [client, server] = duplexPair();
    this.#open.add(server);
    server.once('close', () => {
      this.#open.delete(server);
      // As a socket does, so that a request that was cut off is told so.
      if (!client.destroyed) client.push(null);
    });
    client.once('close', () => server.destroy());
    this.#server.emit('connection', Object.assign(server, { remoteAddress: '127.0.0.1', remotePort: 0 }));
    return client;
  }
}
