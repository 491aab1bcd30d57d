import type { ContractArea } from './line.ts';
import { SHOWS_EVENTS } from './reading.ts';

export const PUSH = {
  'get-notifications': SHOWS_EVENTS,
  'get-pushers': {},
  'set-pusher': {},
  'get-mail-subscription': {},
  'end-mail-subscription': {},
  // What the server does of its own accord:
  'queue-pushes': {},
  'deliver-push': { asks: ['is_user_expired'] },
  'mail-notifications': { asks: ['is_user_expired'] },
} as const satisfies ContractArea;
