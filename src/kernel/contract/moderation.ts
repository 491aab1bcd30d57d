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
  // What the server does of its own accord:
  'note-evictions': {},
  'purge-room': {},
  'end-room-deletion': {},
} as const satisfies ContractArea;
