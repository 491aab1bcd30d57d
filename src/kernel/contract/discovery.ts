import type { ContractArea } from './line.ts';

export const DISCOVERY = {
  'get-versions': {},
  'get-capabilities': {},
  'get-well-known-client': {},
  'get-well-known-support': {},
} as const satisfies ContractArea;
