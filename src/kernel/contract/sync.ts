import type { ContractArea } from './line.ts';

export const SYNC = {
  'define-filter': {},
  'get-filter': {},
  'get-event-stream': {},
  'get-initial-sync': { asks: ['get_interested_users'] },
  'get-one-event': {},
  'get-room-initial-sync': {},
  sync: { asks: ['get_interested_users'] },
} as const satisfies ContractArea;
