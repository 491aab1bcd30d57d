import type { ContractArea } from './line.ts';

/** The decision trail: modules are not asked about what tells of them. */
export const DECISIONS = {
  'end-trace': {},
  'get-incident': {},
  'get-module-figures': {},
  'get-request-trail': {},
  'list-decisions': {},
  'list-traces': {},
  'prune-decisions': {},
  'start-trace': {},
  'store-decisions': {},
} as const satisfies ContractArea;
