import S3rver from '@20minutes/s3rver';
import { EventEmitter, once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { otherServer, type OtherServer } from './http-server.ts';

/** What the storage does with requests: `hanging` takes them and never answers. */
type Mode = 'up' | 'down' | 'hanging';

/** Of every file that the store keeps the one with its bytes. */
const OBJECT = '._S3rver_object';

const isOfCheck = (text: string): boolean => text.includes('plexus-check');

/** The key that the storage knows. */
export const S3_KEY = { access_key_id: 'S3RVER', secret_access_key: 'S3RVER' } as const;

/** An S3-compatible storage that checks signatures, with one bucket, in this process. */
export class S3Server {
  readonly bucket = 'media';
  mode: Mode = 'up';
  /** Requests that it breaks off. */
  breaks: RegExp | undefined;
  /** What was asked, e.g. `PUT ab/cd/abcd…`; what belongs to the check at the start is left out. */
  readonly requests: string[] = [];
  /** Headers of the last request that stored something. */
  stored: IncomingMessage['headers'] = {};
  readonly #folder = mkdtempSync(join(tmpdir(), 'plexus-s3-'));
  readonly #store: S3rver;
  readonly #events = new EventEmitter();
  #server: OtherServer | undefined;

  private constructor() {
    this.#store = new S3rver({ directory: this.#folder, silent: true, configureBuckets: [{ name: this.bucket }] });
    this.#store.on('error', () => undefined);
  }

  static async open(): Promise<S3Server> {
    const server = new S3Server();
    await server.#store.configureBuckets();
    const answer = server.#store.callback();
    server.#server = await otherServer((request, response) => server.#take(request, response, answer));
    return server;
  }

  get url(): string {
    return this.#server?.url ?? '';
  }

  /** How a module is configured for it. */
  config(more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
    return { bucket: this.bucket, endpoint: this.url, ...S3_KEY, ...more };
  }

  /** Resolves with the next request. */
  async asked(): Promise<void> {
    await once(this.#events, 'asked');
  }

  /** The keys of all files but the one that the check at the start stores for a moment. */
  keys(): string[] {
    const entries = readdirSync(join(this.#folder, this.bucket), { recursive: true, encoding: 'utf8' });
    return entries.filter((entry) => entry.endsWith(OBJECT) && !isOfCheck(entry)).map((entry) => entry.slice(0, -OBJECT.length));
  }

  /** Uploads in parts that are under way. */
  uploads(): string[] {
    return existsSync(this.#uploads) ? readdirSync(this.#uploads) : [];
  }

  /** Puts other bytes into the place of a file. */
  corrupt(key: string, bytes: string): void {
    writeFileSync(this.#pathOf(key), bytes);
  }

  /** Loses a file. */
  lose(key: string): void {
    rmSync(this.#pathOf(key));
  }

  async close(): Promise<void> {
    await this.#server?.close();
    this.#store.logger.close();
    rmSync(this.#folder, { recursive: true });
  }

  get #uploads(): string {
    return join(this.#folder, this.bucket, '._S3rver_uploads');
  }

  #pathOf(key: string): string {
    return join(this.#folder, this.bucket, `${key}${OBJECT}`);
  }

  #take(request: IncomingMessage, response: ServerResponse, answer: (request: IncomingMessage, response: ServerResponse) => void): void {
    const asked = `${request.method} ${request.url?.slice(`/${this.bucket}/`.length)}`;
    if (!isOfCheck(asked)) this.requests.push(asked);
    this.#events.emit('asked');
    if (this.mode === 'down' || this.breaks?.test(asked) === true) return void request.socket.destroy();
    if (this.mode === 'hanging') return;
    if (request.method === 'PUT') this.stored = request.headers;
    // The storage knows how to begin uploads in parts, but not how to end one.
    if (request.method === 'DELETE' && asked.includes('uploadId=')) {
      rmSync(join(this.#uploads, asked.split('uploadId=')[1] ?? ''), { recursive: true });
      return void response.writeHead(204).end();
    }
    answer(request, response);
  }
}
