import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PushedNotification {
  readonly event_id?: string;
  readonly room_id?: string;
  readonly prio?: string;
  readonly counts?: Readonly<Record<string, number>>;
  readonly devices: readonly Readonly<Record<string, unknown>>[];
  readonly [key: string]: unknown;
}

/** A push gateway that remembers what it was told: https://spec.matrix.org/v1.19/push-gateway-api/ */
export class PushGateway {
  static readonly accepting = { status: 200, body: '{"rejected":[]}' };
  readonly told: PushedNotification[] = [];
  /** How it answers; a test may change it. */
  answer: { readonly status: number; readonly body: string } = PushGateway.accepting;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<PushGateway> {
    const server = createServer();
    const gateway = new PushGateway(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { notification } = JSON.parse(Buffer.concat(chunks).toString()) as { notification: PushedNotification };
        gateway.told.push(notification);
        response.writeHead(gateway.answer.status, { 'content-type': 'application/json' }).end(gateway.answer.body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/_matrix/push/v1/notify`;
  }

  /** What it was told since the last time. */
  take(): PushedNotification[] {
    return this.told.splice(0);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
