import type { ContractArea } from './line.ts';

export const ENCRYPTION = {
  'upload-keys': {},
  'query-keys': {},
  'claim-keys': {},
  'get-key-changes': {},
  'send-to-device': {},
  'delete-received-messages': {},
} as const satisfies ContractArea;
