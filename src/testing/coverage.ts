/** A callback that a module has registered in the tests of this process, and how often it was called. */
export interface CallbackCoverage {
  readonly module: string;
  readonly callback: string;
  readonly calls: number;
}

const counts = new Map<string, { module: string; callback: string; calls: number }>();

const countOf = (module: string, callback: string): { calls: number } => {
  const key = `${module}\0${callback}`;
  const count = counts.get(key) ?? { module, callback, calls: 0 };
  counts.set(key, count);
  return count;
};

export const countRegistration = (module: string, callback: string): void => void countOf(module, callback);

export function countCall(module: string, callback: string): void {
  countOf(module, callback).calls += 1;
}

/** Which callbacks modules have registered on all servers of this process, and how often each was called; by module and callback. */
export const callbackCoverage = (): readonly CallbackCoverage[] =>
  [...counts.values()]
    .map((count) => ({ ...count }))
    .toSorted((one, other) => compare(one.module, other.module) || compare(one.callback, other.callback));

/** The same in words, for the end of a test run: what was never called comes first. */
export function coverageSummary(coverage = callbackCoverage()): string {
  const never = coverage.filter(({ calls }) => calls === 0);
  const called = coverage.filter(({ calls }) => calls > 0);
  return [
    `${called.length} of ${coverage.length} callbacks were called`,
    ...never.map(({ module, callback }) => `  never: ${module} ${callback}`),
    ...called.map(({ module, callback, calls }) => `  ${calls} times: ${module} ${callback}`),
  ].join('\n');
}

const compare = (one: string, other: string): number => Number(one > other) - Number(one < other);
