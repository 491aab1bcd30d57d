import { AsyncLocalStorage } from 'node:async_hooks';
import type { RoomId } from '../core/identifiers.ts';

/** Rooms in which an operation has its turn to let events be signed. */
export interface Turn {
  readonly rooms: readonly RoomId[];
  /** False once the operation has ended: what a module has started meanwhile may go on. */
  isHeld: boolean;
}

/** Where the work that runs stands: how deep it is, which request it belongs to, and whose turn it runs in. */
interface Place {
  readonly depth: number;
  readonly request: string;
  readonly turn: Turn | undefined;
}

/**
 * One for the whole process: Node 20 walks over every storage that was ever used for each promise, so that one
 * for each runner would make every test slower than the one before it.
 */
export const placeOfWork = new AsyncLocalStorage<Place>();
