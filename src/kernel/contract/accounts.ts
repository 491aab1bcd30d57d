import type { ContractArea } from './line.ts';

const REGISTRATION = { asks: ['check_registration_for_spam'], listeners: ['on_user_registration'] } as const;

export const ACCOUNTS = {
  register: REGISTRATION,
  'register-user': REGISTRATION,
  'register-with-shared-secret': REGISTRATION,
  'issue-registration-nonce': {},
  'check-username': {},
  'check-registration-token': {},
  'get-login-flows': {},
  'log-in': {},
  'issue-login-token': {},
  'refresh-access-token': {},
  'log-out': { expired: 'may' },
  'log-out-everywhere': { expired: 'may' },
  'who-am-i': {},
  'change-password': {},
  'deactivate-account': {},
  'list-devices': {},
  'get-device': {},
  'update-device': {},
  'delete-devices': {},
  'get-profile': {},
  'set-profile-field': {},
  'delete-profile-field': {},
  // What the server does of its own accord:
  'propagate-profile': { events: true },
  'drop-profile-update': {},
  'finish-departure': {},
  'confirm-refresh': {},
  'save-uia-session': {},
  'note-devices-seen': {},
} as const satisfies ContractArea;
