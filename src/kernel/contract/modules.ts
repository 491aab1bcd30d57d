import type { ContractArea } from './line.ts';

/** What only modules ask for. */
export const MODULES = {
  'register-device': {},
  'run-module-work': {},
  'set-admin': {},
} as const satisfies ContractArea;
