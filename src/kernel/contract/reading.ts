import type { ContractArea } from './line.ts';

export const READING = {
  'get-event': {},
  'get-event-by-timestamp': {},
  'get-event-context': {},
  'get-joined-members': {},
  'get-members': {},
  'get-messages': {},
  'get-relations': {},
  'get-state': {},
  'get-state-event': {},
  'get-threads': {},
} as const satisfies ContractArea;
