import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Config } from '../config/config.ts';
import { refuseBrokenRequests } from '../http/refuse-broken-requests.ts';

type Listener = Config['listeners'][number];

/** How long a connection may take to send its headers, and to send a whole request (ms): a slow sender must not hold a socket for ever. */
const HEADERS_TIMEOUT = 20_000;
const REQUEST_TIMEOUT = 300_000;
/** How long requests may go on after the server was told to end (ms). */
const GRACE = 5_000;
/** How often idle connections are closed meanwhile (ms). */
const SWEEP = 20;

export interface Listening {
  readonly urls: readonly string[];
  /** Takes no more requests and waits for those that run. */
  close(): Promise<void>;
}

/**
 * Opens all listeners of the configuration. Throws when an address is taken; nothing stays open then.
 * @param grace how long requests may go on after `close`, ms
 */
export async function listen(listeners: readonly Listener[], handlerOf: (listener: Listener) => RequestListener, grace = GRACE): Promise<Listening> {
  const servers: Server[] = [];
  const urls: string[] = [];
  try {
    for (const listener of listeners) {
      for (const address of listener.bind_addresses) {
        const server = httpServer(handlerOf(listener), listener.tls);
        server.listen(listener.port, address);
        await once(server, 'listening');
        servers.push(server);
        urls.push(urlOf(server, listener));
      }
    }
  } catch (error) {
    await closeAll(servers, grace);
    throw error;
  }
  return { urls, close: () => closeAll(servers, grace) };
}

/** What speaks HTTP with one listener's clients, before it listens. */
export function httpServer(handler: RequestListener, tls?: Listener['tls']): Server {
  const options = { headersTimeout: HEADERS_TIMEOUT, requestTimeout: REQUEST_TIMEOUT, keepAliveTimeout: 60_000 };
  const server =
    tls === undefined
      ? createServer(options, handler)
      : createTlsServer({ ...options, cert: readFileSync(tls.certificate), key: readFileSync(tls.key) }, handler);
  return refuseBrokenRequests(server);
}

function urlOf(server: Server, { tls }: Listener): string {
  const { address, port, family } = server.address() as AddressInfo;
  return `${tls === undefined ? 'http' : 'https'}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

async function closeAll(servers: readonly Server[], grace: number): Promise<void> {
  await Promise.all(
    servers.map(async (server) => {
      const closed = once(server, 'close');
      server.close();
      // A connection whose last request is still being answered (a long poll) becomes idle only afterwards.
      const sweep = setInterval(() => server.closeIdleConnections(), SWEEP);
      const force = setTimeout(() => server.closeAllConnections(), grace);
      await closed;
      clearInterval(sweep);
      clearTimeout(force);
    }),
  );
}
