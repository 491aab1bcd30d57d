import { ConfigurationError } from '../../config/configuration-error.ts';
import { defaultConfig } from '../../config/config.ts';
import type { JsonObject } from '../../core/json.ts';
import { ConfigError, ConfigErrors } from '../../modules/config-error.ts';
import { isClass, isDefinition } from '../../modules/definition.ts';
import { importModule } from '../../modules/loading/prepare-module.ts';
import { copyJson } from '../../modules/views/copies.ts';
import type { TestServer } from '../test-server.ts';
import { withJunk, withUnknownKeys, type Junk } from './junk.ts';
import type { Subject } from './subject.ts';

/** How a module reads its configuration. */
interface ConfigReader {
  /** Undefined for a schema. */
  readonly parse: ((config: JsonObject) => unknown) | undefined;
  /** The keys that a schema names. */
  readonly keys: readonly string[];
}

/** @returns undefined where the module takes whatever it is given */
async function readerOf(subject: Subject): Promise<ConfigReader | undefined> {
  const [entry] = defaultConfig({ modules: [subject.entry()] }).modules;
  const code: unknown = entry && (await importModule(entry, 0, process.cwd())).value;
  if (isDefinition(code)) return code.config && { parse: undefined, keys: Object.keys((code.config['properties'] as object | undefined) ?? {}) };
  if (!isClass(code) || code.parseConfig === undefined) return undefined;
  return { parse: (config) => code.parseConfig?.(config as never), keys: [] };
}

/** @returns what is wrong with how it takes keys that it does not know */
export async function unknownKeyProblems(subject: Subject): Promise<readonly string[]> {
  const tried = await tryAll(subject, (config) => withUnknownKeys(config));
  return tried.flatMap(({ junk, came }) =>
    came === 'taken' ? [`takes the unknown key ${junk.what}`] : came === 'refused' ? [] : [`${junk.what}: ${came.crash}`],
  );
}

/** @returns what is wrong with how it takes values that make no sense */
export async function junkProblems(subject: Subject): Promise<readonly string[]> {
  const { refuses = [], free = [] } = subject.options;
  const tried = await tryAll(subject, (config, keys) => withJunk(config, keys));
  const crashes = tried.flatMap(({ junk, came }) => (typeof came === 'string' ? [] : [`${junk.what}: ${came.crash}`]));
  const refused = new Set(tried.filter(({ came }) => came !== 'taken').map(({ junk }) => junk.key));
  const blind = new Set(tried.map(({ junk }) => junk.key).filter((key) => key !== undefined && !refused.has(key) && !free.includes(key)));
  const named = await tryAll(subject, () =>
    refuses.map((config) => ({ what: JSON.stringify(config), key: undefined, config: config as JsonObject })),
  );
  const taken = named.filter(({ came }) => came !== 'refused');
  return [
    ...crashes,
    ...[...blind].map((key) => `takes anything as ${key}`),
    ...taken.map(({ junk, came }) => `${junk.what} should be refused: ${typeof came === 'string' ? came : came.crash}`),
  ];
}

type Came = 'taken' | 'refused' | { readonly crash: string };
interface Tried {
  readonly junk: Junk;
  readonly came: Came;
}

async function tryAll(subject: Subject, junkOf: (config: JsonObject, keys: readonly string[]) => readonly Junk[]): Promise<readonly Tried[]> {
  const reader = await readerOf(subject);
  if (reader === undefined) return [];
  const config = (subject.options.config ?? {}) as JsonObject;
  return subject.with(
    async (server) => {
      const tried: Tried[] = [];
      for (const junk of junkOf(config, reader.keys)) tried.push({ junk, came: await attempt(server, subject, reader, junk.config) });
      return tried;
    },
    { modules: [] },
  );
}

/** Starts the module with a configuration, as far as it comes. */
async function attempt(server: TestServer, subject: Subject, { parse }: ConfigReader, config: JsonObject): Promise<Came> {
  try {
    // The server takes every error of parseConfig for one of the configuration.
    await parse?.(copyJson(config));
  } catch (error) {
    return error instanceof ConfigError || error instanceof ConfigErrors ? 'refused' : { crash: `parseConfig threw ${String(error)}` };
  }
  try {
    await server.exchangeModules([subject.entry(config, { isolation: 'none' })]);
    return 'taken';
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const others = error.problems.filter(({ path }) => path[2] !== 'config');
    return others.length === 0 ? 'refused' : { crash: others.map(({ message }) => message).join('; ') };
  }
}
