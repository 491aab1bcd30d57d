import type { UserId } from '../core/identifiers.ts';

/** On whose behalf, and in the course of which operation, modules are asked: kept for the decision trail. */
export interface Occasion {
  readonly operation: string;
  readonly userId: UserId | undefined;
  /** Of the request that this operation is part of: what a module does while it is asked belongs to the same one. */
  readonly request: string;
}
