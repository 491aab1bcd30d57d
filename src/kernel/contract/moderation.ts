import type { ContractArea } from './line.ts';

export const MODERATION = {
  'report-event': {},
  'report-room': {},
  'report-user': {},
} as const satisfies ContractArea;
