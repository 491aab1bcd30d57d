import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ConfigurationError } from './configuration-error.ts';
import { Reading } from './kind.ts';
import type { Path } from './path.ts';
import { configuration, type Config } from './schema.ts';
import { modules } from './sections/modules.ts';
import { readYaml, type YamlOptions, type YamlSource } from './yaml-source.ts';

export type { Config, ModuleEntry } from './schema.ts';
export type { Rate, RateLimitClass } from './sections/rate-limits.ts';

type Environment = NonNullable<YamlOptions['env']>;
type Place = { readonly file: string | undefined; readonly line: number | undefined };

const sources = new WeakMap<Config, YamlSource>();

/**
 * Reads a configuration file.
 * @param env the variables that `${NAME}` stands for
 * @returns the configuration with all defaults, frozen
 * @throws ConfigurationError with everything that is wrong, each with file, line and path
 */
export function loadConfig(file: string, env: Environment = process.env): Config {
  return parseConfig(readConfigFile(file), { file, env });
}

function readConfigFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigurationError([{ file, path: [], message: `cannot be read: ${(error as Error).message}` }]);
  }
}

/** The same for a text; relative paths start from the folder of `file`, or the current one without it. */
export function parseConfig(text: string, options: YamlOptions = {}): Config {
  const source = readYaml(text, options);
  const folder = options.file === undefined ? process.cwd() : dirname(resolve(options.file));
  const config = read(source.values, new Reading(folder, false), (path) => ({ file: source.file, line: source.lineOf(path) }));
  sources.set(config, source);
  return config;
}

/**
 * The default configuration, for tests and programs.
 * @param overrides some of the keys that a file may have; `modules[].module` may be a class or definition
 * @throws ConfigurationError
 */
export function defaultConfig(overrides: object = {}): Config {
  const values = { server_name: 'localhost', ...overrides };
  return read(values, new Reading(process.cwd(), true), () => ({ file: undefined, line: undefined }));
}

function read(values: unknown, reading: Reading, locate: (path: Path) => Place): Config {
  const config = configuration.read(values ?? {}, [], reading);
  const problems = reading.problems.map((problem) => ({ ...problem, ...locate(problem.path) }));
  if (config !== undefined && problems.length === 0) return config;
  throw new ConfigurationError(problems.toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0)));
}

/**
 * The same configuration with other modules, in the keys and forms of the file.
 * @throws ConfigurationError that names no lines, as they stand in no file
 */
export function withModules(config: Config, entries: readonly unknown[]): Config {
  const reading = new Reading(process.cwd(), true);
  const read = modules.read(entries, ['modules'], reading);
  if (read === undefined || reading.problems.length > 0) throw new ConfigurationError(reading.problems);
  return Object.freeze({ ...config, modules: read });
}

/**
 * Where a value stands in the file that a configuration was read from, for errors that are found later:
 * `locate(config, ['modules', 1, 'config', 'period'])`. The nearest value above stands for one that is not in the file.
 */
export function locate(config: Config, path: Path): Place {
  const source = sources.get(config);
  return { file: source?.file, line: source?.lineOf(path) };
}
