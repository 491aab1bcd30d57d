import type { ContractArea } from './line.ts';
import { SHOWS_EVENTS } from './reading.ts';

export const FINDING = {
  'get-mutual-rooms': {},
  'get-room-summary': {},
  'get-space-hierarchy': {},
  'get-third-party-protocols': {},
  'look-up-third-party': {},
  'search-events': SHOWS_EVENTS,
  // What the server does of its own accord:
  'index-events': {},
} as const satisfies ContractArea;
