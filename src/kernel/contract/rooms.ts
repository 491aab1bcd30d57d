import type { ContractArea } from './line.ts';

export const ROOMS = {
  'create-room': {
    before: ['on_create_room'],
    gates: ['user_may_create_room', 'user_may_create_room_alias', 'user_may_publish_room', 'user_may_invite'],
    events: true,
  },
  'invite-user': { gates: ['user_may_invite'], events: true },
  'join-room': { events: true },
  'leave-room': { events: true },
  'send-event': { events: true },
} as const satisfies ContractArea;
