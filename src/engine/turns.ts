/** Lets those who want the same thing have it one after the other. */
export class Turns {
  /** The end of the line for each thing. */
  readonly #lines = new Map<string, Promise<void>>();

  /**
   * Waits until nobody else is at a thing.
   * @returns what to call afterwards
   */
  async turn(thing: string): Promise<() => void> {
    const before = this.#lines.get(thing);
    let finish = (): void => undefined;
    const mine = new Promise<void>((resolve) => (finish = resolve));
    this.#lines.set(thing, mine);
    await before;
    return () => {
      if (this.#lines.get(thing) === mine) this.#lines.delete(thing);
      finish();
    };
  }

  /** Does something with a thing while nobody else is at it. */
  async take<T>(thing: string, work: () => Promise<T>): Promise<T> {
    const done = await this.turn(thing);
    try {
      return await work();
    } finally {
      done();
    }
  }
}
