import type { ContractArea } from './line.ts';

export const DISCOVERY = {
  'get-server-keys': {},
  'get-versions': {},
  'get-capabilities': {},
  'get-well-known-client': {},
  'get-well-known-support': {},
  'search-users': { asks: ['check_username_for_spam'] },
} as const satisfies ContractArea;
