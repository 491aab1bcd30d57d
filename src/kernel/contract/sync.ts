import type { ContractArea } from './line.ts';

export const SYNC = {
  'define-filter': {},
  'get-filter': {},
  sync: {},
} as const satisfies ContractArea;
