/** A function on one of the two sides of a channel between threads. */
export type Callable = (...args: readonly unknown[]) => unknown;
