import type { ContractArea } from './line.ts';

export const MODERATION = {
  'get-account-bar': {},
  'set-account-bar': {},
  'get-whois': {},
  'report-event': {},
  'report-room': {},
  'report-user': {},
} as const satisfies ContractArea;
