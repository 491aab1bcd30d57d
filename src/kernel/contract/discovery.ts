import type { ContractArea } from './line.ts';

export const DISCOVERY = {
  'get-versions': {},
} as const satisfies ContractArea;
