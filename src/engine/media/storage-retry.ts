/** How long to wait before a file is tried again: after the first failure, and at most (ms). */
const FIRST_WAIT = 60_000;
const LONGEST_WAIT = 3_600_000;

/** When to try again what has failed. @param failures before this one. @param now ms since the epoch */
export const retryTime = (failures: number, now: number): number => now + Math.min(FIRST_WAIT * 2 ** Math.min(failures, 10), LONGEST_WAIT);
