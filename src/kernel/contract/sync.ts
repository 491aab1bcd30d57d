import type { ContractArea } from './line.ts';

export const SYNC = {
  'define-filter': {},
  'get-filter': {},
  sync: { asks: ['get_interested_users'] },
} as const satisfies ContractArea;
