import type { ContractArea } from './line.ts';

export const FINDING = {
  'get-mutual-rooms': {},
  'get-room-summary': {},
  'get-space-hierarchy': {},
  'search-events': {},
} as const satisfies ContractArea;
