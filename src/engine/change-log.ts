/** Entries that may be outdated before the log is tidied. */
const SLACK = 1_000;

interface Entry<K> {
  readonly key: K;
  readonly position: number;
}

/**
 * What changed last and when, for things that live in memory: tells the keys that changed after a position without looking at
 * those that did not.
 */
export class ChangeLog<K> {
  readonly #newest = new Map<K, number>();
  /** In the order of positions; an entry is outdated once its key has changed again. */
  #entries: Entry<K>[] = [];

  /** The position of the last change of all; 0 before the first. */
  get position(): number {
    return this.#entries.at(-1)?.position ?? 0;
  }

  /** Where a key last changed; undefined when it never did. */
  positionOf(key: K): number | undefined {
    return this.#newest.get(key);
  }

  /** @param position not less than all before */
  record(key: K, position: number): void {
    this.#newest.set(key, position);
    this.#entries.push({ key, position });
    if (this.#entries.length > 2 * this.#newest.size + SLACK) this.#entries = this.#entries.filter((entry) => this.#isCurrent(entry));
  }

  /** The keys that changed after a position, each once, the last change first. */
  *after(position: number): Generator<K> {
    for (let index = this.#entries.length - 1; index >= 0; index--) {
      const entry = this.#entries[index];
      if (entry === undefined || entry.position <= position) return;
      if (this.#isCurrent(entry)) yield entry.key;
    }
  }

  #isCurrent({ key, position }: Entry<K>): boolean {
    return this.#newest.get(key) === position;
  }
}
