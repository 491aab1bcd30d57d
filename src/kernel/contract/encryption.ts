import type { ContractArea } from './line.ts';

export const ENCRYPTION = {} as const satisfies ContractArea;
