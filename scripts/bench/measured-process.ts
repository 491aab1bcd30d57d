import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'undici';

export interface Usage {
  /** CPU time since the start, in ms. */
  readonly cpu: number;
  /** Resident memory, in MiB. */
  readonly memory: number;
}

type Json = Record<string, unknown>;

/** A server in a process of its own, so that its CPU time and memory are not mixed with those of the clients. */
export class MeasuredProcess {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #pool: Pool;

  private constructor(child: ChildProcess, folder: string, url: string) {
    this.#child = child;
    this.#folder = folder;
    this.url = url;
    this.#pool = new Pool(url, { connections: 64 });
  }

  static async start(kind: 'ceiling' | 'plexus', config: object = {}): Promise<MeasuredProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'plexus-bench-'));
    const child = fork(join(import.meta.dirname, 'serve.js'), [kind, folder, JSON.stringify(config)]);
    const { url } = (await answerOf(child)) as { url: string };
    return new MeasuredProcess(child, folder, url);
  }

  async request(method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown, token = ''): Promise<Json> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await this.#pool.request({ method, path, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
    const reply = (await response.body.json()) as Json;
    if (response.statusCode !== 200) throw new Error(`${method} ${path} answered ${response.statusCode} ${JSON.stringify(reply)}`);
    return reply;
  }

  async usage(): Promise<Usage> {
    const answer = answerOf(this.#child);
    this.#child.send('usage');
    return (await answer) as Usage;
  }

  async stop(): Promise<void> {
    await this.#pool.destroy();
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await gone;
    rmSync(this.#folder, { recursive: true });
  }
}

function answerOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const exited = (code: number | null): void => reject(new Error(`The measured process ended with ${code}`));
    child.once('exit', exited);
    child.once('message', (message) => {
      child.off('exit', exited);
      resolve(message);
    });
  });
}
