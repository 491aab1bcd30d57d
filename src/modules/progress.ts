/** Whether a callback gets on with what it does: where files are on their way, a deadline is one for standing still. */
export class Progress {
  #pieces = 0;

  /** How many pieces have moved. */
  get pieces(): number {
    return this.#pieces;
  }

  /** A piece has moved. */
  note(): void {
    this.#pieces += 1;
  }
}
