import type { ContractArea } from './line.ts';

export const MODERATION = {
  'get-account-bar': {},
  'set-account-bar': {},
  'get-whois': {},
  'delete-room': { gates: ['check_can_shutdown_room', 'user_may_create_room'], events: true },
  'get-room-deletions': {},
  'report-event': {},
  'report-room': {},
  'report-user': {},
  'send-server-notice': {
    asks: ['check_registration_for_spam', 'on_create_room'],
    gates: ['user_may_create_room', 'user_may_invite', 'user_may_send_state_event'],
    events: true,
    listeners: ['on_user_registration', 'on_profile_update'],
    suspended: 'may-not',
  },
  // What the server does of its own accord:
  'note-evictions': {},
  'purge-room': {},
  'end-room-deletion': {},
} as const satisfies ContractArea;
