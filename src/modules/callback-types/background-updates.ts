import type { Answer } from './values.ts';

/** `registerBackgroundUpdateControllerCallbacks`. When long work in the background is done, and how much of it at once: by the first module that has them. */
export interface BackgroundUpdateControllerCallbacks {
  /**
   * Gives leave for one portion of the work. A generator yields once: what stands before it holds the work up, for a day at most, and what stands
   * behind it is done when the portion is over, or has failed.
   * @param updateName which work: `evict_room_members` and `purge_room` when rooms are deleted, `prune_decisions` in the decision trail; others may come
   * @param databaseName always `main`
   * @param oneShot always false: no work is done in one go
   * @returns how long the portion should take (ms), or a generator that yields it
   * @asked before each portion; meanwhile nothing is held, and what is to be done stays in the database. When the server ends or the module is exchanged, nobody
   *   waits any longer, and what stands behind the yield is not done
   * @exempt what is done at once: migrations when the server starts, and what follows from a single request
   * @refused nothing: the work waits. When it fails, the portion is done as if there were no module
   * @synapse the first module that has it, an asynchronous context manager
   */
  on_update?(updateName: string, databaseName: string, oneShot: boolean): AsyncGenerator<number, unknown> | Answer<number>;
  /**
   * How many rows (members, events, …) the first portion has.
   * @param updateName which work
   * @param databaseName always `main`
   * @returns 1 or more; the server has at most 10,000 at once
   * @asked before a portion, as long as it is not known how long a row takes. Later portions follow from that and from what `on_update` wants
   * @exempt as on_update
   * @refused nothing; when it fails, the portion is as large as without a module
   * @synapse the same
   */
  default_batch_size?(updateName: string, databaseName: string): Answer<number>;
  /**
   * How many rows a portion has at least, however long they take.
   * @param updateName which work
   * @param databaseName always `main`
   * @returns 1 or more
   * @asked before each portion
   * @exempt as on_update
   * @refused nothing; when it fails, one row is enough
   * @synapse the same
   */
  min_batch_size?(updateName: string, databaseName: string): Answer<number>;
}
