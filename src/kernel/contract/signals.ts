import type { ContractArea } from './line.ts';

export const SIGNALS = {
  'get-account-data': {},
  'add-direct-room': { listeners: ['on_account_data_updated'] },
  'put-account-data': { listeners: ['on_account_data_updated'] },
  'get-tags': {},
  'put-tag': {},
  'delete-tag': {},
  'set-read-markers': { listeners: ['on_account_data_updated'] },
  'set-typing': {},
  'get-presence': { asks: ['get_interested_users'] },
  'set-presence': {},
  'announce-presence': { asks: ['get_users_for_states'] },
  'send-online-presence': {},
  'get-push-rules': {},
  'get-push-rule': {},
  'put-push-rule': {},
  'delete-push-rule': {},
  'set-push-rule-enabled': {},
  'set-push-rule-actions': {},
} as const satisfies ContractArea;
