import type { ContractArea } from './line.ts';

export const PUSH = {
  'get-notifications': {},
  'get-pushers': {},
  'set-pusher': {},
  // What the server does of its own accord:
  'queue-pushes': {},
  'deliver-push': { asks: ['is_user_expired'] },
} as const satisfies ContractArea;
