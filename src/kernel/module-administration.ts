import type { JsonObject } from '../core/json.ts';

/** Something that a module left open when it ended. */
export interface Leak {
  /** In words, with the place in its code where that is known: `a timer (at …/my-policy.js:12:5)`. */
  readonly what: string;
  readonly count: number;
}

/** A module that has ended and left something open. */
export interface LeakyModule {
  readonly name: string;
  readonly leaks: readonly Leak[];
}

/** A module as an administrator sees it. */
export interface AdministeredModule {
  readonly name: string;
  /** Where it comes from, as the configuration says it; undefined for what was given as an object. */
  readonly source: string | undefined;
  readonly version: string | undefined;
  readonly mode: 'enforce' | 'shadow';
  readonly isolation: 'none' | 'worker';
  readonly onError: 'deny' | 'allow';
  /** ms */
  readonly timeout: number;
  readonly hooks: JsonObject;
  readonly callbacks: readonly string[];
  /** In words. */
  readonly permissions: string;
  /** JSON Schema of its configuration, where it has one. */
  readonly configSchema: JsonObject | undefined;
  /** What it is told, with what is secret masked. */
  readonly config: JsonObject;
  /** Until when it is not asked because it failed too often, in ms since the epoch. */
  readonly parkedUntil: number | undefined;
  /** What those left open that ran before it under its name. */
  readonly leaks: readonly Leak[];
}

/** What is set of a module, in the keys and forms of the configuration file; what is left out stays. */
export interface ModuleSettings {
  readonly config?: JsonObject;
  readonly mode?: string;
  readonly isolation?: string;
  readonly on_error?: string;
  readonly timeout?: string | number;
  readonly hooks?: JsonObject;
}

/** One change of the list of modules. `reload` takes up what the configuration file says now. */
export type ModuleEdit =
  | { readonly kind: 'set'; readonly name: string; readonly settings: ModuleSettings }
  | { readonly kind: 'add'; readonly entry: ModuleSettings & { readonly module: string; readonly name?: string } }
  | { readonly kind: 'remove'; readonly name: string }
  | { readonly kind: 'reload' };

/** What came of a change, by names of modules. */
export interface ModuleChange {
  readonly kept: readonly string[];
  readonly started: readonly string[];
  readonly ended: readonly string[];
  /** False when there is no configuration file, so that the change is lost at the next start. */
  readonly stored: boolean;
}

/** Shows and changes the modules of a running server. */
export interface ModuleAdministration {
  list(): readonly AdministeredModule[];
  /** Those that are no longer there and left something open. */
  removed(): readonly LeakyModule[];
  /** @throws MatrixError when it cannot be done; then nothing has changed, neither in the server nor in its configuration file */
  change(edit: ModuleEdit): Promise<ModuleChange>;
}

/** What stands in the place of a secret. Sent back, it stands for the secret. */
export const MASK = '********';
