import type { ContractArea } from './line.ts';

export const ROOMS = {
  'ban-user': { events: true },
  'create-room': {
    before: ['on_create_room'],
    gates: ['user_may_create_room', 'user_may_create_room_alias', 'user_may_publish_room', 'user_may_invite'],
    events: true,
  },
  'delete-room-alias': { events: true },
  'forget-room': {},
  'get-joined-rooms': {},
  'get-local-aliases': {},
  'get-public-rooms': {},
  'get-room-alias': {},
  'get-room-visibility': {},
  'invite-user': { gates: ['user_may_invite'], events: true },
  'join-room': { events: true },
  'kick-user': { events: true },
  'knock-on-room': { events: true },
  'leave-room': { events: true },
  'redact-event': { events: true },
  'send-event': { events: true },
  'set-room-alias': { gates: ['user_may_create_room_alias'] },
  'set-room-visibility': { gates: ['user_may_publish_room'] },
  'set-state': { gates: ['user_may_invite'], events: true },
  'unban-user': { events: true },
  'upgrade-room': { gates: ['user_may_create_room'], events: true },
} as const satisfies ContractArea;
