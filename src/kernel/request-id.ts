import { randomBytes } from 'node:crypto';

/** Told apart from those of earlier processes. */
const PROCESS = randomBytes(4).toString('hex');
let count = 0;

/** What all the questions that one request gives occasion for have in common. */
export const nextRequestId = (): string => `${PROCESS}-${(count += 1).toString(36)}`;
