import type { Static, TSchema } from '@sinclair/typebox';
import type { ModuleApi } from './api/module-api.ts';
import type { ModulePermissions } from './manifest.ts';

/** A module as a class: the form of the document. */
export interface ModuleClass {
  new (config: never, api: ModuleApi): object;
  /** What it says of itself. */
  readonly manifest?: ModuleManifest;
  /**
   * Checks the configuration and turns it into what the constructor gets.
   * @param config a copy of the entry's `config`; `{}` when there is none
   * @throws ConfigError
   */
  parseConfig?(config: never): unknown;
}

/** What a module says of itself: an administrator sees it before it runs, and what its permissions do not name is refused. */
export interface ModuleManifest {
  readonly version?: string;
  /** The version of Plexus that it was written for, as in '0.1': an older server or one with another first number refuses to load it. */
  readonly requires?: string;
  /** What it may do; without them it may do everything. */
  readonly permissions?: ModulePermissions;
}

/** A module as a declaration, over the same engine. */
export interface ModuleDefinition<Schema extends TSchema = TSchema> extends ModuleManifest {
  /** What it is called when the configuration does not say: in the log, the metrics, and as the owner of its data. */
  readonly name: string;
  /** The schema (TypeBox or JSON Schema) of its `config`: checked at the start, with defaults filled in. */
  readonly config?: Schema;
  /** Registers callbacks and web resources. It must not be async; what takes time belongs into `runAsBackgroundProcess`. */
  setup(api: ModuleApi, config: Static<Schema>): void;
}

const DEFINED = Symbol.for('plexus.module.definition');

/** Declares a module. `config` in `setup` has the type of the schema. */
export const defineModule = <Schema extends TSchema = TSchema>(definition: ModuleDefinition<Schema>): ModuleDefinition<Schema> =>
  Object.freeze({ ...definition, [DEFINED]: true });

export const isDefinition = (value: unknown): value is ModuleDefinition => typeof value === 'object' && value !== null && DEFINED in value;
/** Arrow functions and methods have no prototype: `new` cannot make anything of them. */
export const isClass = (value: unknown): value is ModuleClass =>
  typeof value === 'function' && typeof value.prototype === 'object' && value.prototype !== null;
