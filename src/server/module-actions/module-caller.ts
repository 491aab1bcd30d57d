import type { Caller } from '../../kernel/requester.ts';

/** A module, where it acts for nobody. */
export const MODULE: Caller = { origin: 'module', ip: '', userAgent: '' };
