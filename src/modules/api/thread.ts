import { Worker } from 'node:worker_threads';

/** What runs in the thread: it needs no file of its own, so that it is the same in the bundle. */
const CODE = `
const { parentPort, workerData: { file, name, args } } = require('node:worker_threads');
import(file).then(async (exports) => {
  if (typeof exports[name] !== 'function') throw new Error(file + ' exports no function ' + name);
  parentPort.postMessage(await exports[name](...args));
});`;

/** One call of a function in a thread of its own. */
export class Thread {
  /** What the function returns. */
  readonly result: Promise<unknown>;
  readonly #worker: Worker;

  constructor(file: URL, name: string, args: readonly unknown[]) {
    // A rejection that nobody handles becomes the worker's error event.
    this.#worker = new Worker(CODE, { eval: true, workerData: { file: file.href, name, args } });
    this.result = new Promise((resolve, reject) => {
      this.#worker.once('message', (value) => {
        resolve(value);
        this.end();
      });
      this.#worker.once('error', reject);
      this.#worker.once('exit', () => reject(new Error(`The thread of ${name} ended before it had an answer`)));
    });
  }

  end(): void {
    void this.#worker.terminate();
  }
}
