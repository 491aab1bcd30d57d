import type { ContractArea } from './line.ts';

/** Each event that a client is shown: the runner asks about all that an operation returns. */
export const SHOWS_EVENTS = { asks: ['add_field_to_unsigned_callback'] } as const;

export const READING = {
  'get-event': SHOWS_EVENTS,
  'get-event-by-timestamp': {},
  'get-event-context': SHOWS_EVENTS,
  'get-joined-members': {},
  'get-members': SHOWS_EVENTS,
  'get-messages': SHOWS_EVENTS,
  'get-relations': SHOWS_EVENTS,
  'get-state': SHOWS_EVENTS,
  'get-state-event': SHOWS_EVENTS,
  'get-threads': SHOWS_EVENTS,
} as const satisfies ContractArea;
