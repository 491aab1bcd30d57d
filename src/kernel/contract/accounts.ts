import type { ContractArea } from './line.ts';

const REGISTRATION = { asks: ['check_registration_for_spam'], listeners: ['on_user_registration'] } as const;

export const ACCOUNTS = {
  register: REGISTRATION,
  'register-user': REGISTRATION,
  'log-in': {},
  'log-out': { expired: 'may' },
  'log-out-everywhere': { expired: 'may' },
  'who-am-i': {},
  'confirm-refresh': {},
  'save-uia-session': {},
  'note-devices-seen': {},
} as const satisfies ContractArea;
