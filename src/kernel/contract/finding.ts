import type { ContractArea } from './line.ts';

export const FINDING = {
  'get-mutual-rooms': {},
  'get-room-summary': {},
  'get-space-hierarchy': {},
} as const satisfies ContractArea;
