import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server somewhere else, as the one under test sees it. */
export interface OtherServer {
  /** E.g. http://127.0.0.1:43210. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * @param answer everything that is asked
 * @param port any that is free by default
 */
export async function otherServer(answer: RequestListener, port = 0): Promise<OtherServer> {
  const server: Server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
