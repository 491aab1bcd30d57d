import { accessSync, constants, existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { locate, parseConfig, withModules, type Config } from '../config/config.ts';
import { ConfigurationError } from '../config/configuration-error.ts';
import { editedTexts, editEntries, type EntryEdit } from '../config/editing/module-edits.ts';
import { replaceFile } from '../config/editing/replace-file.ts';
import { formatPath } from '../config/path.ts';
import type { JsonObject } from '../core/json.ts';
import { maskSecrets, restoreSecrets } from '../config/editing/secrets.ts';
import { invalidParam, MatrixError, notFound } from '../kernel/errors.ts';
import {
  MASK,
  type AdministeredModule,
  type LeakyModule,
  type ModuleAdministration,
  type ModuleChange,
  type ModuleEdit,
} from '../kernel/module-administration.ts';
import { describePermissions, type Exchange, type Modules, type ModuleStatus } from '../modules/index.ts';
import { exchangeModules } from './start-modules.ts';

type ListEdit = Exclude<ModuleEdit, { readonly kind: 'reload' }>;

/** A text of the configuration file with what it is read as. */
interface Read {
  readonly text: string;
  readonly config: Config;
}

/** The modules that run and the list in the configuration file, which are kept the same. One change after the other. */
export class RunningModules implements ModuleAdministration {
  readonly #modules: Modules;
  readonly #exchanged: () => void;
  /** Undefined for a configuration that came from code. */
  readonly #file: string | undefined;
  /** What the modules that run were started from. */
  #config: Config;
  #changing: Promise<unknown> = Promise.resolve();

  /** @param exchanged called when other modules run than before */
  constructor(config: Config, modules: Modules, exchanged: () => void) {
    const { file } = locate(config, []);
    this.#file = file === undefined ? undefined : resolve(file);
    this.#config = config;
    this.#modules = modules;
    this.#exchanged = exchanged;
  }

  list(): readonly AdministeredModule[] {
    return this.#modules.status().map(administered);
  }

  removed(): readonly LeakyModule[] {
    const names = new Set(this.#modules.status().map(({ name }) => name));
    return this.#modules.leaks().filter(({ name }) => !names.has(name));
  }

  change(edit: ModuleEdit): Promise<ModuleChange> {
    return this.#inTurn(() => told(() => (edit.kind === 'reload' ? this.#reload() : this.#edit(edit))));
  }

  /** Lets the modules of another configuration take the place of those that run. @throws ConfigurationError; then nothing has changed */
  exchange(config: Config): Promise<Exchange> {
    return this.#inTurn(() => this.#use(config));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const change = this.#changing.then(work);
    this.#changing = change.catch(() => undefined);
    return change;
  }

  async #use(config: Config): Promise<Exchange> {
    const exchange = await exchangeModules(config, this.#modules);
    this.#config = config;
    this.#exchanged();
    return exchange;
  }

  async #reload(): Promise<ModuleChange> {
    const config = this.#file === undefined ? this.#config : readConfig(this.#file).config;
    return { ...(await this.#use(config)), stored: this.#file !== undefined };
  }

  async #edit(edit: ListEdit): Promise<ModuleChange> {
    const [before, file] = [this.#config, this.#file];
    const entryEdit = this.#entryEdit(edit);
    const wanted = withModules(before, editEntries(before.modules, entryEdit));
    if (file === undefined) return { ...(await this.#use(wanted)), stored: false };
    const { text } = this.#unchanged(file);
    const edited = textFor(wanted, parsed(file, text).config, { file, text, entryEdit });
    refuseUnlessWritable(file);
    const exchange = await this.#use(edited.config);
    try {
      if (readFileSync(file, 'utf8') !== text) throw changedByHand(file, 'was changed while the module was exchanged; try again');
      replaceFile(file, edited.text);
    } catch (error) {
      await this.#use(before);
      throw error instanceof MatrixError ? error : unwritable(file, error);
    }
    return { ...exchange, stored: true };
  }

  /** The file, whose modules are those that run. */
  #unchanged(file: string): Read {
    let read: Read;
    try {
      read = readConfig(file);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      throw changedByHand(file, `is not in order, so nothing can be changed in it. ${error.message}`);
    }
    if (isDeepStrictEqual(read.config.modules, this.#config.modules)) return read;
    throw changedByHand(file, 'lists other modules than those that run: it was changed by hand. Reload the modules first');
  }

  #entryEdit(edit: ListEdit): EntryEdit {
    if (edit.kind === 'add') {
      this.#refuseForeignCode(edit.entry.module);
      return { kind: 'add', entry: { ...edit.entry, ...(edit.entry.config && { config: withSecrets(edit.entry.config, {}) }) } };
    }
    const index = this.#modules.status().findIndex(({ name }) => name === edit.name);
    const entry = this.#config.modules[index];
    if (entry === undefined) throw notFound(`There is no module ${edit.name}; there are ${this.#names() || 'none'}`);
    if (edit.kind === 'remove') return { kind: 'remove', index };
    const { config, ...others } = edit.settings;
    return { kind: 'set', index, settings: { ...others, ...(config && { config: withSecrets(config, jsonOf(entry.config)) }) } };
  }

  #names(): string {
    return this.#modules
      .status()
      .map(({ name }) => name)
      .join(', ');
  }

  /** Who administers the Matrix server may choose among the code that lies on the machine, but not bring code along. */
  #refuseForeignCode(module: string): void {
    if (/^[a-z][a-z\d+.-]*:/i.test(module) && !module.startsWith('plexus:')) {
      throw invalidParam(`module: ${module} is an address; name plexus:<name>, a file or a package`);
    }
    const place = resolve(this.#file === undefined ? process.cwd() : dirname(this.#file), module.replace(/#[^#/]+$/, ''));
    const data = this.#config.data_dir;
    if (!existsSync(place) || !existsSync(data)) return;
    const below = relative(realpathSync(data), realpathSync(place));
    if (below !== '..' && !below.startsWith('../'))
      throw invalidParam(`module: ${module} lies in the data folder, where uploads are; no module is loaded from it`);
  }
}

function administered({ name, version, entry, configSchema, mode, callbacks, permissions, parkedUntil, leaks }: ModuleStatus): AdministeredModule {
  const { module: source, isolation, on_error: onError, timeout, hooks, config } = entry;
  return {
    name,
    version,
    source: typeof source === 'string' ? source : undefined,
    mode,
    isolation,
    onError,
    timeout,
    hooks: jsonOf(hooks),
    callbacks,
    permissions: describePermissions(permissions),
    configSchema,
    config: maskSecrets(jsonOf(config), MASK) as JsonObject,
    parkedUntil,
    leaks,
  };
}

/** What only code can give is left out. */
const jsonOf = (value: object): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject;

/** @throws M_INVALID_PARAM for a mask behind which nothing is */
const withSecrets = (config: JsonObject, before: JsonObject): JsonObject =>
  restoreSecrets(config, before, MASK, (path) => {
    throw invalidParam(`${formatPath(['config', ...path])} is ${MASK}, but there was nothing before: write the value`);
  }) as JsonObject;

const parsed = (file: string, text: string): Read => ({ text, config: parseConfig(text, { file, env: process.env }) });

function readConfig(file: string): Read {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigurationError([{ file, path: [], message: `cannot be read: ${(error as Error).message}` }]);
  }
  return parsed(file, text);
}

/** The text of the file with the change, and with nothing else that would be read otherwise. */
function textFor(
  wanted: Config,
  before: Config,
  { file, text, entryEdit }: { readonly file: string; readonly text: string; readonly entryEdit: EntryEdit },
): Read {
  const others = (config: Config): object => ({ ...config, modules: undefined });
  for (const candidate of editedTexts(text, before.modules, entryEdit)) {
    const read = readable(file, candidate);
    if (read !== undefined && isDeepStrictEqual(read.config.modules, wanted.modules) && isDeepStrictEqual(others(read.config), others(before))) {
      return read;
    }
  }
  throw changedByHand(
    file,
    'writes its modules in a way in which this one cannot be changed by itself (an alias, perhaps): change it by hand and reload',
  );
}

function readable(file: string, text: string): Read | undefined {
  try {
    return parsed(file, text);
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined;
    throw error;
  }
}

function refuseUnlessWritable(file: string): void {
  try {
    const place = realpathSync(file);
    accessSync(place, constants.W_OK);
    accessSync(dirname(place), constants.W_OK);
  } catch (error) {
    throw unwritable(file, error);
  }
}

const changedByHand = (file: string, what: string): MatrixError =>
  new MatrixError(409, 'ORG_PLEXUS_CONFIGURATION_CHANGED', `${file} ${what}. Nothing was changed.`);
const unwritable = (file: string, error: unknown): MatrixError =>
  new MatrixError(
    409,
    'ORG_PLEXUS_CONFIGURATION_NOT_WRITABLE',
    `${file} cannot be written (${error instanceof Error ? error.message : String(error)}). Nothing was changed: change it by hand and reload.`,
  );

/** What is wrong with a configuration is for whoever sent it. */
async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const problems = error.problems.map(({ path, message }) => ({ path: [...path], message }));
    const text = problems.map(({ path, message }) => (path.length === 0 ? message : `${formatPath(path)}: ${message}`)).join('\n');
    throw new MatrixError(400, 'M_BAD_JSON', text, { problems });
  }
}
