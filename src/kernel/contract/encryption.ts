import { PROOF, type ContractArea } from './line.ts';

export const ENCRYPTION = {
  'upload-keys': {},
  'query-keys': {},
  'claim-keys': {},
  'get-key-changes': {},
  'upload-cross-signing-keys': { asks: PROOF },
  'upload-key-signatures': {},
  'send-to-device': {},
  'delete-received-messages': {},
  'put-dehydrated-device': {},
  'get-dehydrated-device': {},
  'delete-dehydrated-device': {},
  'get-dehydrated-device-messages': {},
  'create-key-backup': {},
  'get-key-backup': {},
  'update-key-backup': {},
  'delete-key-backup': {},
  'put-room-keys': {},
  'get-room-keys': {},
  'delete-room-keys': {},
} as const satisfies ContractArea;
