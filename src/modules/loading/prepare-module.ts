import { dirname } from 'node:path';
import type { JsonObject } from '../../core/json.ts';
import type { ModuleApi } from '../api/module-api.ts';
import { ConfigError, ConfigErrors } from '../config-error.ts';
import { isClass, isDefinition, type ModuleClass, type ModuleDefinition, type ModuleManifest } from '../definition.ts';
import type { ModulePermissions } from '../manifest.ts';
import { readWithSchema } from './config-schema.ts';
import { ModuleProblems, type ModuleEntry, type ModuleProblem } from './entry.ts';
import { installHooks } from './install-hooks.ts';
import { moduleFile, moduleSource } from './module-source.ts';
import { placeOf, syntaxErrorOf } from './place-of-error.ts';
import { lowestFor, unfitFor } from './required-version.ts';

/** A module whose code is there and whose configuration is right. */
export interface PreparedModule {
  readonly entry: ModuleEntry;
  /** Its place in the configuration. */
  readonly index: number;
  readonly name: string;
  readonly version: string | undefined;
  readonly permissions: ModulePermissions | undefined;
  /** Where its files lie; the configuration's folder where it was given as code. */
  readonly folder: string;
  /** JSON Schema of its configuration, where it declares one. */
  readonly configSchema: JsonObject | undefined;
  /** Makes the module, which registers what it has. */
  construct(api: ModuleApi): void | Promise<void>;
}

/** One of which can be told whether it has changed. */
export interface IdentifiedModule extends PreparedModule {
  /** See `codeOf`. */
  readonly code: unknown;
  /** What it is called when no other module is called so. */
  readonly ownName: string;
}

export interface PreparationServices {
  /** The configuration's folder. */
  readonly folder: string;
  /** The server's version. */
  readonly version: string;
  /** Whether modules are only made to see what is wrong with them: nothing that they begin goes on. */
  readonly isTrial?: boolean;
}

/**
 * What is the same as long as a module's code is: the address that it is imported by, or what was given as code.
 * @throws ModuleProblems
 */
export function codeOf(entry: ModuleEntry, index: number, folder: string): unknown {
  if (typeof entry.module !== 'string') return entry.module;
  try {
    const { specifier, exportName } = moduleSource(entry.module, folder);
    return `${specifier}#${exportName}`;
  } catch (error) {
    throw unloadable(entry, index, folder, error);
  }
}

/**
 * Imports a module and reads its configuration.
 * @throws ModuleProblems
 */
export async function prepareModule(entry: ModuleEntry, index: number, services: PreparationServices): Promise<PreparedModule> {
  const { value, name, folder } = await importModule(entry, index, services.folder);
  if (!isDefinition(value) && !isClass(value)) {
    throw problem(index, ['module'], `${label(entry)} is no module: it has to be a class, or what defineModule returns`);
  }
  const manifest = manifestOf(value);
  const unfit = manifest.requires === undefined ? undefined : unfitFor(manifest.requires, services.version);
  if (unfit !== undefined) throw problem(index, ['module'], `${label(entry)} cannot be loaded: ${unfit}`);
  if (isDefinition(value)) return { ...(await preparedDefinition(value, entry, index)), folder };
  return { ...(await preparedClass(value, entry, index, value.name === '' || value.name === 'default' ? name : (name ?? value.name))), folder };
}

/**
 * The lowest version of Plexus that a module takes; undefined where it does not say. The server need not be one that fits.
 * @param module its place as in a configuration. @param folder from which it is found
 * @throws ModuleProblems; Error for what is no version
 */
export async function lowestPlexusFor(module: string, folder: string): Promise<string | undefined> {
  const { value } = await importModule({ module }, 0, folder);
  const requires = isDefinition(value) || isClass(value) ? manifestOf(value).requires : undefined;
  return requires === undefined ? undefined : lowestFor(requires);
}

const manifestOf = (value: ModuleClass | ModuleDefinition): ModuleManifest => (isDefinition(value) ? value : (value.manifest ?? {}));

/** What stands where the configuration says that a module is. */
interface ImportedModule {
  /** A class, what defineModule returns, or anything else. */
  readonly value: unknown;
  /** What its place says it is called. */
  readonly name: string | undefined;
  readonly folder: string;
}

type Prepared = Omit<PreparedModule, 'folder'>;

/** @throws ModuleProblems */
export async function importModule(entry: Pick<ModuleEntry, 'module'>, index: number, folder: string): Promise<ImportedModule> {
  if (typeof entry.module !== 'string') return { value: entry.module, name: undefined, folder };
  try {
    const { specifier, exportName, name, folder: place, foreign } = moduleSource(entry.module, folder);
    if (foreign) installHooks();
    const exports = (await import(specifier)) as Readonly<Record<string, unknown>>;
    if (Object.hasOwn(exports, exportName)) return { value: exports[exportName], name, folder: place };
    throw new Error(`it has no export ${exportName}; ${listExports(Object.keys(exports))}`);
  } catch (error) {
    throw unloadable(entry, index, folder, error);
  }
}

function unloadable(entry: Pick<ModuleEntry, 'module'>, index: number, folder: string, error: unknown): ModuleProblems {
  const file = typeof entry.module === 'string' ? moduleFile(entry.module, folder) : undefined;
  const cause = error instanceof SyntaxError && file !== undefined ? (syntaxErrorOf(file) ?? error) : error;
  const place = file === undefined ? '' : placeOf(cause, dirname(file));
  return problem(index, ['module'], `${label(entry)} cannot be loaded: ${explain(cause)}${place}`);
}

const listExports = (names: readonly string[]): string =>
  names.length === 0 ? 'it exports nothing' : `it exports ${names.join(', ')} (write #${names[0]} behind the name)`;

async function preparedClass(Module: ModuleClass, entry: ModuleEntry, index: number, name = 'module'): Promise<Prepared> {
  const given = copyPlain(entry.config);
  const config = (await parsed(() => (Module.parseConfig === undefined ? given : Module.parseConfig(given as never)), entry, index)) as never;
  return {
    entry,
    index,
    name: entry.name ?? name,
    version: Module.manifest?.version,
    permissions: Module.manifest?.permissions,
    configSchema: undefined,
    construct: (api) => void new Module(config, api),
  };
}

async function preparedDefinition(definition: ModuleDefinition, entry: ModuleEntry, index: number): Promise<Prepared> {
  const given = copyPlain(entry.config);
  const config = await parsed(() => (definition.config === undefined ? given : readWithSchema(definition.config, given)), entry, index);
  return {
    entry,
    index,
    name: entry.name ?? definition.name,
    version: definition.version,
    permissions: definition.permissions,
    // What TypeBox keeps beside the JSON of a schema is for itself.
    configSchema: definition.config === undefined ? undefined : (JSON.parse(JSON.stringify(definition.config)) as JsonObject),
    construct(api) {
      const done: unknown = definition.setup(api, config);
      if (done !== undefined) throw new Error('setup must not be async: register in it, and let api.runAsBackgroundProcess do what takes time');
    },
  };
}

/** Runs a module's own reading of its configuration; what it throws is told with its place. */
async function parsed(parse: () => unknown, entry: ModuleEntry, index: number): Promise<unknown> {
  try {
    return await parse();
  } catch (error) {
    throw new ModuleProblems(
      configurationProblems(error, { entry, index }) ?? configurationProblems(new ConfigError(explain(error)), { entry, index }),
    );
  }
}

/** What a module says of its configuration, in its constructor or before; undefined when the error says nothing of that. */
export function configurationProblems(error: ConfigError, module: Pick<PreparedModule, 'entry' | 'index'>): readonly ModuleProblem[];
export function configurationProblems(error: unknown, module: Pick<PreparedModule, 'entry' | 'index'>): readonly ModuleProblem[] | undefined;
export function configurationProblems(
  error: unknown,
  { entry, index }: Pick<PreparedModule, 'entry' | 'index'>,
): readonly ModuleProblem[] | undefined {
  const errors = error instanceof ConfigErrors ? error.errors : [error];
  if (!errors.every((one) => one instanceof ConfigError)) return undefined;
  return errors.map(({ message, path }) => ({
    path: ['modules', index, 'config', ...path.map(position)],
    message: `${label(entry)} does not accept its configuration: ${message}`,
  }));
}

/** Module authors write positions in lists as texts, too. */
const position = (step: string | number): string | number => (typeof step === 'string' && /^\d+$/.test(step) ? Number(step) : step);

/** A mutable copy; what only code can give (functions, instances) stays as it is. */
function copyPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyPlain);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copyPlain(part)]));
}

export const problem = (index: number, path: readonly string[], message: string): ModuleProblems =>
  new ModuleProblems([{ path: ['modules', index, ...path], message }]);

export const label = ({ module }: Pick<ModuleEntry, 'module'>): string =>
  typeof module === 'string' ? module : 'name' in module ? String(module.name) : 'the module';

/** An error for the administrator, with what caused it. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const name = error.name === 'Error' || error instanceof ConfigError ? '' : `${error.name}: `;
  const cause = error.cause === undefined ? '' : ` (${explain(error.cause)})`;
  return `${name}${error.message}${cause}`;
}
