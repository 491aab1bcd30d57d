import type { ContractArea } from './line.ts';

/** Who comes into the replacement of a room finds their settings of the old one there. */
const SETTINGS_TAKEN_OVER = ['on_account_data_updated'] as const;

export const ROOMS = {
  'ban-user': { events: true, suspended: 'may-not' },
  'create-room': {
    before: ['on_create_room'],
    asks: ['check_threepid_can_be_invited'],
    gates: [
      'user_may_create_room',
      'user_may_create_room_alias',
      'user_may_publish_room',
      'check_visibility_can_be_modified',
      'user_may_invite',
      'user_may_send_3pid_invite',
    ],
    events: true,
    suspended: 'may-not',
  },
  'delete-room-alias': { events: true, suspended: 'may-not' },
  'forget-room': {},
  'get-joined-rooms': {},
  'get-local-aliases': {},
  'get-public-rooms': {},
  'get-room-alias': {},
  'get-room-visibility': {},
  'invite-user': {
    asks: ['check_threepid_can_be_invited'],
    gates: ['user_may_invite', 'user_may_send_3pid_invite'],
    events: true,
    suspended: 'may-not',
  },
  // An invitation that came by mail is exchanged for an ordinary one.
  'join-room': { gates: ['user_may_invite', 'user_may_join_room'], events: true, listeners: SETTINGS_TAKEN_OVER, suspended: 'may-not' },
  'kick-user': { events: true, suspended: 'may-not' },
  'knock-on-room': { events: true, suspended: 'may-not' },
  'leave-room': { events: true },
  'redact-event': { events: true },
  'send-event': { events: true },
  'set-room-alias': { gates: ['user_may_create_room_alias'], suspended: 'may-not' },
  'set-room-visibility': { gates: ['user_may_publish_room', 'check_visibility_can_be_modified'], suspended: 'may-not' },
  'set-state': { gates: ['user_may_send_state_event', 'user_may_invite', 'user_may_join_room'], events: true },
  'unban-user': { events: true, suspended: 'may-not' },
  'upgrade-room': { gates: ['user_may_create_room'], events: true, listeners: SETTINGS_TAKEN_OVER, suspended: 'may-not' },
} as const satisfies ContractArea;
