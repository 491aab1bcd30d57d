import type { StateView } from '../../kernel/event-plan.ts';

/** The state of a room that is still to be made. */
export const NO_STATE: StateView = {
  get: () => Promise.resolve(undefined),
  has: () => Promise.resolve(false),
  async *[Symbol.asyncIterator]() {},
};
