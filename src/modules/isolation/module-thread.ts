import { Worker } from 'node:worker_threads';
import { Peer } from './peer.ts';
import type { PreparedInThread, ThreadData } from './thread.ts';

const MEBIBYTE = 1_048_576;

/** One thread with one module in it, from its start to its end. */
export class ModuleThread {
  readonly peer: Peer;
  /** Resolves when it is over, with the reason. */
  readonly ended: Promise<Error>;
  readonly #worker: Worker;

  constructor(data: ThreadData) {
    const { memory } = data.entry;
    this.#worker = new Worker(new URL('../isolation/thread.js', import.meta.url), {
      workerData: data,
      resourceLimits: { maxOldGenerationSizeMb: Math.max(16, Math.floor(memory / MEBIBYTE)) },
    });
    this.peer = new Peer(this.#worker);
    this.ended = new Promise((resolve) => {
      this.#worker.once('error', (error) => resolve(error instanceof Error ? error : new Error(String(error))));
      this.#worker.once('exit', (code) => resolve(new Error(`its thread ended (exit code ${code})`)));
    });
    void this.ended.then((reason) => this.peer.close(reason));
  }

  /** Imports the module and lets it read its configuration. @throws ModuleProblems */
  async prepare(): Promise<PreparedInThread> {
    return (await this.peer.call('prepare')) as PreparedInThread;
  }

  /** @param reason what those are told who still wait for an answer */
  async end(reason: Error): Promise<void> {
    this.peer.close(reason);
    await this.#worker.terminate();
  }
}
