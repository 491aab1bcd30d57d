import type { JsonValue } from '../core/json.ts';

/**
 * JSON that is written already, in pieces. A reply that may become large is put together as text bit by bit: the objects of one bit are
 * gone before those of the next are made, and nobody waits for all of it to be written at once.
 */
export class WrittenJson {
  readonly pieces: readonly string[];

  constructor(pieces: readonly string[]) {
    this.pieces = pieces;
  }

  get length(): number {
    return this.pieces.reduce((sum, piece) => sum + piece.length, 0);
  }

  get text(): string {
    return this.pieces.join('');
  }

  /** What it says, for those who do not want to send it. */
  value(): JsonValue {
    return JSON.parse(this.text) as JsonValue;
  }
}
