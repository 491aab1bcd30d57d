import type { ContractArea } from './line.ts';

export const FINDING = {
  'get-mutual-rooms': {},
  'get-room-summary': {},
  'get-space-hierarchy': {},
  'get-third-party-protocols': {},
  'look-up-third-party': {},
  'search-events': {},
  // What the server does of its own accord:
  'index-events': {},
} as const satisfies ContractArea;
