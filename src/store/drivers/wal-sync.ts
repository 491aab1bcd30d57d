import { close, fdatasync, openSync } from 'node:fs';

/**
 * Makes commits durable without stopping the event loop: the WAL file is flushed in libuv's pool, and one flush serves every
 * commit that was written before it began.
 */
export class WalSync {
  readonly #path: string;
  #file: number | undefined;
  #waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  #flushing = false;
  #idle: (() => void) | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Resolves when everything written to the WAL before this call is on the disk. */
  durable(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#flush();
    });
  }

  /** Waits for the flush that runs, then closes the file. */
  async close(): Promise<void> {
    if (this.#flushing) await new Promise<void>((resolve) => (this.#idle = resolve));
    const file = this.#file;
    if (file !== undefined) await new Promise<void>((resolve) => close(file, () => resolve()));
  }

  #flush(): void {
    if (this.#flushing || this.#waiting.length === 0) return;
    const served = this.#waiting;
    this.#waiting = [];
    this.#flushing = true;
    // SQLite makes the file with the first commit.
    this.#file ??= openSync(this.#path, 'r+');
    fdatasync(this.#file, (error) => {
      this.#flushing = false;
      for (const waiter of served) {
        if (error === null) waiter.resolve();
        else waiter.reject(new Error(`The disk did not take the write: ${error.message}`, { cause: error }));
      }
      this.#flush();
      if (!this.#flushing) this.#idle?.();
    });
  }
}
