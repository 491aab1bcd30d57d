import type { ContractArea } from './line.ts';
import { SHOWS_EVENTS } from './reading.ts';

export const SYNC = {
  'define-filter': {},
  'get-filter': {},
  'get-event-stream': SHOWS_EVENTS,
  'get-initial-sync': { asks: ['get_interested_users', 'add_field_to_unsigned_callback'] },
  'get-one-event': SHOWS_EVENTS,
  'get-room-initial-sync': SHOWS_EVENTS,
  sync: { asks: ['get_interested_users', 'add_field_to_unsigned_callback'] },
} as const satisfies ContractArea;
