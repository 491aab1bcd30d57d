import type { Topic, Work } from './work.ts';

/** Work that may only read tried to change something. */
export class WriteRefused extends Error {
  override readonly name = 'WriteRefused';
}

/** May read; what an operation gets before it commits. */
export interface Reader {
  /** Runs work that only reads. A statement that would write throws. */
  read<T>(work: () => Work<T>): Promise<T>;
}

/** What a commit changed, told when it is durable. */
export interface Committed {
  /** The newest stream position that is durable, and so may be shown to clients. */
  readonly position: number;
  readonly topics: ReadonlySet<Topic>;
}

/** May write. Only the runner holds one. */
export interface Database extends Reader {
  /** Runs work in one transaction; resolves when it is durable. Throws what the work throws, after a rollback. */
  write<T>(work: () => Work<T>): Promise<T>;
  /** Calls back after each durable commit, in order. */
  onCommit(listener: (committed: Committed) => void): void;
  /** The newest durable stream position. */
  readonly durablePosition: number;
  /** How many transactions were rolled back: as long as it stays the same, what any of them has written is there. */
  readonly rollbacks: number;
  close(): Promise<void>;
}
