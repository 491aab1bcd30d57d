import type { ContractArea } from './line.ts';

/** What the server does of its own accord, in portions. */
export const BACKGROUND = {
  'begin-portion': { asks: ['on_update', 'default_batch_size', 'min_batch_size'] },
} as const satisfies ContractArea;
