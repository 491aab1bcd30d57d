/** How many files are remembered at most. */
const MOST = 10_000;

/** Which files of the media folder were used lately, by their hashes. What is forgotten makes somebody wait at worst. */
export class UsedFiles {
  readonly #isNeeded: boolean;
  readonly #files = new Set<string>();

  /** @param isNeeded false where nobody will ask: then nothing is remembered */
  constructor(isNeeded: boolean) {
    this.#isNeeded = isNeeded;
  }

  note(sha256: string): void {
    if (this.#isNeeded && this.#files.size < MOST) this.#files.add(sha256);
  }

  /** All of them, which are forgotten here. */
  take(): readonly string[] {
    const taken = [...this.#files];
    this.#files.clear();
    return taken;
  }
}
