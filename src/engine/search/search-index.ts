/** Indexes a stretch of events towards a position. @returns what was reached; undefined when it failed */
export type IndexTowards = (position: number) => Promise<number | undefined>;

/**
 * Keeps the index of words up with the events. Sending does not wait for it: the index follows in the background, many events at a time,
 * and catches up before a search is answered. How far it has come is stored with it, so a restart loses nothing.
 */
export class SearchIndex {
  readonly #index: IndexTowards;
  #reached = 0;
  #step: Promise<number | undefined> | undefined;

  constructor(index: IndexTowards) {
    this.#index = index;
  }

  /** Up to where the events are surely indexed. */
  get reached(): number {
    return this.#reached;
  }

  /** Resolves when the events up to a position can be found; where they cannot be indexed, a search does without them. */
  async catchUp(position: number): Promise<void> {
    while (this.#reached < position) {
      this.#step ??= this.#index(position).finally(() => (this.#step = undefined));
      const reached = await this.#step;
      if (reached === undefined) return;
      this.#reached = Math.max(this.#reached, reached);
    }
  }
}
