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

/** What some requests cost the server. */
export interface Cost {
  /** CPU time, in ms. */
  readonly cpu: number;
  /** How far resident memory rose over what it was when idle, in MiB. */
  readonly peak: number;
  /** Statements that the database was asked. */
  readonly statements: number;
  /** The longest time in which nothing else could be served, in ms. */
  readonly stall: number;
}

/** What the measured process can be asked and told. */
export type Question = 'usage' | 'begin' | 'end' | 'with modules' | 'without modules';

type Json = Record<string, unknown>;

/** A server in a process of its own, so that its CPU time and memory are not mixed with those of the clients. */
export class MeasuredProcess {
  readonly url: string;
  readonly #child: ChildProcess;
  /** What is to be removed in the end; undefined where the data is somebody's. */
  readonly #folder: string | undefined;
  readonly #pool: Pool;

  private constructor(child: ChildProcess, folder: string | undefined, url: string) {
    this.#child = child;
    this.#folder = folder;
    this.url = url;
    this.#pool = new Pool(url, { connections: 256 });
  }

  /** @param kept a data folder that is there already and stays there */
  static async start(kind: 'ceiling' | 'plexus', config: object = {}, kept?: string): Promise<MeasuredProcess> {
    const folder = kept ?? mkdtempSync(join(tmpdir(), 'plexus-bench-'));
    const child = fork(join(import.meta.dirname, 'serve.js'), [kind, folder, JSON.stringify(config)], { execArgv: ['--expose-gc'] });
    const { url } = (await answerOf(child)) as { url: string };
    return new MeasuredProcess(child, kept === undefined ? folder : undefined, url);
  }

  async request(method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown, token = ''): Promise<Json> {
    return JSON.parse(await this.requestText(method, path, body, token)) as Json;
  }

  /** The same, with the reply as it came. */
  async requestText(method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown, token = ''): Promise<string> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await this.#pool.request({ method, path, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
    const reply = await response.body.text();
    if (response.statusCode !== 200) throw new Error(`${method} ${path} answered ${response.statusCode} ${reply}`);
    return reply;
  }

  usage(): Promise<Usage> {
    return this.#ask('usage') as Promise<Usage>;
  }

  /** From now on its modules are asked, or are not. */
  async switchModules(isOn: boolean): Promise<void> {
    await this.#ask(isOn ? 'with modules' : 'without modules');
  }

  /** What the server spends while something is done. */
  async costOf(done: () => Promise<unknown>): Promise<Cost> {
    await this.#ask('begin');
    await done();
    return (await this.#ask('end')) as Cost;
  }

  #ask(question: Question): Promise<unknown> {
    const answer = answerOf(this.#child);
    this.#child.send(question);
    return answer;
  }

  async stop(): Promise<void> {
    await this.#pool.destroy();
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await gone;
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true });
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
