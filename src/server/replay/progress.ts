/** How often progress is shown: to people, and in a log (ms). */
const TO_PEOPLE = 500;
const TO_LOGS = 10_000;

/** Says on the standard error how far long work has come. */
export class Progress {
  readonly #total: number | undefined;
  readonly #stream: NodeJS.WriteStream;
  #done = 0;
  #shown = performance.now();

  /** @param total undefined where nobody knows how much there is to do */
  constructor(total: number | undefined, stream: NodeJS.WriteStream) {
    this.#total = total;
    this.#stream = stream;
  }

  step(): void {
    this.#done += 1;
    const now = performance.now();
    if (now < this.#shown + (this.#stream.isTTY ? TO_PEOPLE : TO_LOGS)) return;
    this.#shown = now;
    const share = this.#total === undefined ? '' : ` of ${this.#total}`;
    const percent = this.#total === undefined ? '' : ` (${Math.floor((100 * this.#done) / Math.max(1, this.#total))} %)`;
    const text = `${this.#done}${share} events${percent}`;
    this.#stream.write(this.#stream.isTTY ? `\r${text}` : `${text}\n`);
  }

  /** Makes room for other lines. */
  clear(): void {
    if (this.#stream.isTTY) this.#stream.write('\r\u001b[K');
  }
}
