import type { ContractArea } from './line.ts';

/** What administrators do with modules (which are not asked about it), and what only modules ask for. */
export const MODULES = {
  'change-modules': { suspended: 'may-not' },
  'list-modules': {},
  'create-login-token': {},
  'push-to-user': { asks: ['is_user_expired'] },
  'queue-mail': {},
  'record-external-id': {},
  'record-identity-binding': {},
  'register-device': { listeners: ['on_logged_out'] },
  'run-module-work': {},
  'set-admin': { suspended: 'may-not' },
} as const satisfies ContractArea;
