/**
 * Checks that the server is new enough for a module. Before 1.0 each second number may break modules, afterwards each first one.
 * @param required as in '0.1' or '1.2.3'
 * @returns why the server does not fit; undefined when it does
 */
export function unfitFor(required: string, version: string): string | undefined {
  const wanted = numbers(required);
  if (wanted === undefined) return notAVersion(required);
  const has = numbers(version) ?? [0, 0, 0];
  const breaking = wanted[0] === 0 ? 2 : 1;
  const isCompatible = wanted.slice(0, breaking).every((number, index) => has[index] === number);
  return isCompatible && compare(has, wanted) >= 0 ? undefined : `it was written for Plexus ${required}; this is ${version}`;
}

/** The lowest version of Plexus that a module takes which requires this. @throws Error for what is no version */
export function lowestFor(required: string): string {
  const wanted = numbers(required);
  if (wanted === undefined) throw new Error(notAVersion(required));
  return wanted.join('.');
}

const notAVersion = (required: string): string => `requires: ${JSON.stringify(required)} is not a version of Plexus, as in '0.1' or '1.2.3'`;

function numbers(text: string): readonly [number, number, number] | undefined {
  const match = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(text);
  return match === null ? undefined : [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)];
}

const compare = (one: readonly number[], other: readonly number[]): number =>
  one.map((number, index) => number - (other[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
