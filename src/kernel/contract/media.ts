import type { ContractArea } from './line.ts';

export const MEDIA = {} as const satisfies ContractArea;
