/**
 * The bound of an LRU cache that takes memory only as it fills. With the option `max` the library lays out room for all entries at once,
 * which costs milliseconds and megabytes at every start.
 */
export const growingTo = (entries: number): { readonly maxSize: number; readonly sizeCalculation: () => number } => ({
  maxSize: entries,
  sizeCalculation: () => 1,
});
