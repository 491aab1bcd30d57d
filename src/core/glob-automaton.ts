const BITS = 32;
const ANY = -1;

/** What a match reads of a text. */
export type Text = Pick<string, 'length' | 'codePointAt'>;

/** The pattern as characters to read in turn; a star belongs to the place between two of them. */
interface Tokens {
  readonly characters: readonly number[];
  readonly stars: ReadonlySet<number>;
}

function tokenize(pattern: string, wildcards: string): Tokens {
  const characters: number[] = [];
  const stars = new Set<number>();
  for (const character of pattern) {
    if (!wildcards.includes(character)) characters.push(character.codePointAt(0) ?? 0);
    else if (character === '*') stars.add(characters.length);
    else characters.push(ANY);
  }
  return { characters, stars };
}

const isWordCharacter = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39) || code === 0x5f;

const setBit = (set: Int32Array, bit: number): void => {
  const word = Math.floor(bit / BITS);
  set[word] = (set[word] ?? 0) | (1 << (bit % BITS));
};

/**
 * An automaton that is in all its states at once: state i means that the first i characters of the pattern are read,
 * and a set of states is a row of bits. Each character of the text costs one pass over that row, whatever
 * pattern and text are, so nobody can make a match run long (a backtracking matcher can be made to).
 */
export class GlobAutomaton {
  readonly #words: number;
  readonly #final: number;
  readonly #stars: Int32Array;
  /** For each character of the pattern, the states that reading it leads to. */
  readonly #reads = new Map<number, Int32Array>();
  /** The states that any character leads to. */
  readonly #readsAny: Int32Array;

  /** @param wildcards those of `*` and `?` that are wildcards in this pattern */
  constructor(pattern: string, wildcards: string) {
    const { characters, stars } = tokenize(pattern, wildcards);
    this.#final = characters.length;
    this.#words = Math.floor(this.#final / BITS) + 1;
    this.#stars = this.#states(stars);
    const after = (code: number): number[] => characters.flatMap((own, at) => (own === code || own === ANY ? [at + 1] : []));
    this.#readsAny = this.#states(after(ANY));
    for (const code of new Set(characters)) if (code !== ANY) this.#reads.set(code, this.#states(after(code)));
  }

  #states(members: Iterable<number>): Int32Array {
    const set = new Int32Array(this.#words);
    for (const member of members) setBit(set, member);
    return set;
  }

  #isFinal(states: Int32Array): boolean {
    return (((states[Math.floor(this.#final / BITS)] ?? 0) >>> (this.#final % BITS)) & 1) === 1;
  }

  #step(states: Int32Array, code: number): void {
    const reads = this.#reads.get(code) ?? this.#readsAny;
    let carry = 0;
    for (let word = 0; word < this.#words; word += 1) {
      const here = states[word] ?? 0;
      states[word] = (((here << 1) | carry) & (reads[word] ?? 0)) | (here & (this.#stars[word] ?? 0));
      carry = here >>> (BITS - 1);
    }
  }

  /** Whether the pattern covers the whole text. */
  covers(text: Text): boolean {
    const states = this.#states([0]);
    for (let at = 0; at < text.length;) {
      const code = text.codePointAt(at) ?? 0;
      this.#step(states, code);
      at += code > 0xffff ? 2 : 1;
    }
    return this.#isFinal(states);
  }

  /**
   * Whether the pattern covers a part of the text that starts and ends at a word boundary: at an end of the text,
   * or between two characters of which one is none of `[A-Za-z0-9_]`.
   */
  occursIn(text: Text): boolean {
    const states = new Int32Array(this.#words);
    let afterWord = false;
    for (let at = 0; at < text.length;) {
      const code = text.codePointAt(at) ?? 0;
      const inWord = isWordCharacter(code);
      if (!afterWord || !inWord) {
        if (this.#isFinal(states)) return true;
        setBit(states, 0);
      }
      this.#step(states, code);
      afterWord = inWord;
      at += code > 0xffff ? 2 : 1;
    }
    return this.#final === 0 || this.#isFinal(states);
  }
}
