import { AsyncLocalStorage } from 'node:async_hooks';
import type { RoomId } from '../core/identifiers.ts';

/** A module, as far as it matters whose code runs. */
export interface ModuleAtWork {
  readonly name: string;
}

/** Rooms in which an operation has its turn to let events be signed. */
export interface Turn {
  readonly rooms: readonly RoomId[];
  /** False once the operation has ended: what a module has started meanwhile may go on. */
  isHeld: boolean;
}

/** Where the work that runs stands. */
export interface Place {
  /** How many operations deep it is: a module may ask for one while it is itself being asked. */
  readonly depth: number;
  /** Which request it belongs to; undefined for what belongs to none. */
  readonly request: string | undefined;
  /** In whose turn it runs. */
  readonly turn: Turn | undefined;
  /** Whose code runs; undefined for the server's own. */
  readonly module: ModuleAtWork | undefined;
}

/** Where nothing has been asked for yet. */
const NOWHERE: Place = { depth: 0, request: undefined, turn: undefined, module: undefined };

/**
 * One for the whole process, and for all that is to be known of a place: Node 20 walks over every storage that was ever used for each promise.
 */
export const placeOfWork = new AsyncLocalStorage<Place>();

/** Where the work that runs stands. */
export const whereWeAre = (): Place => placeOfWork.getStore() ?? NOWHERE;

/** Runs code of a module: what it opens, however much later, is the module's. */
export const runAsModule = <Args extends unknown[], T>(module: ModuleAtWork, work: (...args: Args) => T, ...args: Args): T =>
  runAsModuleFrom(whereWeAre(), module, work, args);

/** The same, for whoever has looked already where the work stands. */
export function runAsModuleFrom<Args extends unknown[], T>(place: Place, module: ModuleAtWork, work: (...args: Args) => T, args: Readonly<Args>): T {
  // Written out, as it is done for each question: a spread takes ten times as long.
  const { depth, request, turn } = place;
  return placeOfWork.run({ depth, request, turn, module }, work, ...args);
}

/** Runs what a module does of its own accord: it is part of no request. */
export const runApart = <T>(module: ModuleAtWork | undefined, work: () => T): T => placeOfWork.run({ ...NOWHERE, module }, work);

/** Runs the server's code on behalf of a module. */
export function runAsServer<T>(work: () => T): T {
  const place = whereWeAre();
  return place.module === undefined ? work() : placeOfWork.run({ ...place, module: undefined }, work);
}

/** Whose code runs; undefined for the server's own. */
export const moduleAtWork = (): ModuleAtWork | undefined => whereWeAre().module;
