import type { ContractArea } from './line.ts';

export const SYNC = {} as const satisfies ContractArea;
