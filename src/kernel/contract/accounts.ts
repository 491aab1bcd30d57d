import type { ContractArea } from './line.ts';

export const ACCOUNTS = {
  'register-user': { asks: ['check_registration_for_spam'], listeners: ['on_user_registration'] },
} as const satisfies ContractArea;
