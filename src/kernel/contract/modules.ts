import type { ContractArea } from './line.ts';

/** What only modules ask for. */
export const MODULES = {
  'create-login-token': {},
  'push-to-user': { asks: ['is_user_expired'] },
  'queue-mail': {},
  'record-external-id': {},
  'record-identity-binding': {},
  'register-device': { listeners: ['on_logged_out'] },
  'run-module-work': {},
  'set-admin': {},
} as const satisfies ContractArea;
