import { InvalidInput } from '../../../src/core/invalid-input.ts';

/** The InvalidInput that a call throws; undefined when it returns. */
export function refusalOf(act: () => unknown): InvalidInput | undefined {
  try {
    act();
  } catch (error) {
    if (error instanceof InvalidInput) return error;
    throw error;
  }
  return undefined;
}
