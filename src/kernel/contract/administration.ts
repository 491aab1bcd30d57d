import { DEACTIVATION, type ContractArea } from './line.ts';

/** What administrators of the server do with accounts. */
export const ADMINISTRATION = {
  'get-account': {},
  'list-accounts': {},
  'get-server-version': {},
  'put-account': {
    asks: ['check_registration_for_spam'],
    gates: ['check_can_deactivate_user'],
    listeners: [
      'on_user_registration',
      'on_logged_out',
      'on_add_user_third_party_identifier',
      'on_threepid_bind',
      'on_remove_user_third_party_identifier',
      'on_profile_update',
      'on_user_deactivation_status_changed',
    ],
    suspended: 'may-not',
  },
  'deactivate-user': { ...DEACTIVATION, suspended: 'may-not' },
  'reset-password': { listeners: ['on_logged_out'], suspended: 'may-not' },
  'log-in-as-user': { suspended: 'may-not' },
  'list-rooms-of-user': {},
  'list-devices-of-user': {},
  'set-shadow-ban': { suspended: 'may-not' },
} as const satisfies ContractArea;
