import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { defaultConfig, loadConfig, type Config } from '../../config/config.ts';
import { readYaml } from '../../config/yaml-source.ts';
import { isObject } from '../../core/json.ts';
import { ModuleProblems, type ModuleEntry } from '../../modules/index.ts';
import { SqliteDatabase } from '../../store/drivers/sqlite.ts';
import { readMigrations } from '../../store/migrations.ts';
import { createLog } from '../logging.ts';
import { migrationsFolder } from '../migrations-folder.ts';
import { judgeHistory, PastClock } from '../replay/history-walk.ts';
import { recordedPast, storedPast, type Past } from '../replay/past.ts';
import { Progress } from '../replay/progress.ts';
import { BadRecording, readRecordingFile } from '../replay/recording/recorded-history.ts';
import { replayActions } from '../replay/replay-actions.ts';
import { ReplayReport } from '../replay/replay-report.ts';
import { ReplayedModule } from '../replay/replayed-module.ts';
import { namesOfModules } from '../start-modules.ts';
import { VERSION } from '../version.ts';
import { CommandFailed } from './command-failed.ts';
import { openStoredData } from './stored-data.ts';
import { coloursFor } from './terminal.ts';

export interface ReplayOptions {
  /** The server's configuration. */
  readonly config: string;
  /** As in the configuration, or the name of one there. */
  readonly module: string;
  /** The module's configuration: JSON, or a file of JSON or YAML. */
  readonly moduleConfig?: string;
  /** How far back, in ms. */
  readonly since: number;
  /** A file of `plexus record`, in the place of what is stored. */
  readonly recording?: string;
  /** Another configuration, or another module. */
  readonly against?: string;
  /** Prints no single events. */
  readonly summary: boolean;
}

/**
 * Asks a module about the events that are stored or recorded, without any effect, and prints what it would have refused or replaced.
 * @throws CommandFailed, ConfigurationError, DatabaseTooNew
 */
export async function replay(options: ReplayOptions): Promise<void> {
  const { recording } = options;
  if (recording !== undefined) return await replayRecording(recording, options);
  const config = loadConfig(options.config);
  const database = await openStoredData(config);
  await replayPast(await storedPast(database, Date.now() - options.since), { config, surroundings: config, database }, options);
}

/** Where there is a configuration, modules are looked up in it, but it says nothing of the server that was recorded. */
async function replayRecording(file: string, options: ReplayOptions): Promise<void> {
  if (!existsSync(file)) throw new CommandFailed(`There is no file ${file}`);
  try {
    const recorded = await readRecordingFile(file);
    const surroundings = defaultConfig({ server_name: recorded.head.server_name });
    const config = existsSync(options.config) ? loadConfig(options.config) : surroundings;
    const database = new SqliteDatabase(':memory:');
    database.migrate(readMigrations(migrationsFolder, 'sqlite'));
    await replayPast(recordedPast(recorded), { config, surroundings, database }, options);
  } catch (error) {
    throw error instanceof BadRecording ? new CommandFailed(`${file}: ${error.message}`) : error;
  }
}

interface Place {
  /** In which modules are looked up. */
  readonly config: Config;
  /** Of the server whose past it is. */
  readonly surroundings: Config;
  /** Is closed in the end. */
  readonly database: SqliteDatabase;
}

async function replayPast(past: Past, { config, surroundings, database }: Place, options: ReplayOptions): Promise<void> {
  const clock = new PastClock();
  const modules: ReplayedModule[] = [];
  try {
    for (const entry of await entriesOf(options, config)) {
      modules.push(await loaded(entry, { config: surroundings, file: options.config, database, clock }));
    }
    await run(modules, past, { ...options, clock });
  } finally {
    for (const module of modules) await module.dispose();
    await database.close();
  }
}

async function run(
  modules: readonly ReplayedModule[],
  { since, questions, total, redacted }: Past,
  { clock, summary, against }: ReplayOptions & { readonly clock: PastClock },
): Promise<void> {
  const report = new ReplayReport(labelsOf(modules, against), coloursFor(process.stdout));
  const progress = new Progress(total, process.stderr);
  let asked = 0;
  await judgeHistory(modules, clock, questions, (judged) => {
    asked += 1;
    progress.step();
    const lines = report.linesAbout(judged);
    if (summary || lines.length === 0) return;
    progress.clear();
    console.log(lines.join('\n'));
  });
  progress.clear();
  console.log(report.summary({ events: asked, redacted: redacted(), since }, modules).join('\n'));
}

/** Two of the same name are told apart by what was written on the command line. */
function labelsOf([first, second]: readonly ReplayedModule[], against: string | undefined): readonly string[] {
  const name = first?.name ?? 'module';
  if (second === undefined) return [name];
  return second.name === name ? [name, `${name} (${against})`] : [name, second.name];
}

interface Surroundings {
  readonly config: Config;
  readonly file: string;
  readonly database: SqliteDatabase;
  readonly clock: PastClock;
}

async function loaded(entry: ModuleEntry, { config, file, database, clock }: Surroundings): Promise<ReplayedModule> {
  const services = {
    serverName: config.server_name,
    version: VERSION,
    publicBaseurl: config.public_baseurl,
    folder: dirname(resolve(file)),
    clock,
    log: createLog('silent', 'text'),
  };
  try {
    return await ReplayedModule.load(entry, services, (refuse) => replayActions({ config, database, clock }, refuse));
  } catch (error) {
    if (error instanceof ModuleProblems) throw new CommandFailed(error.message);
    throw error;
  }
}

/** The module, and the one that it is compared with. */
async function entriesOf({ module, moduleConfig, against }: ReplayOptions, config: Config): Promise<readonly ModuleEntry[]> {
  const given = moduleConfig === undefined ? undefined : settingsFrom(moduleConfig);
  const first = await entryOf(module, given, config);
  if (against === undefined) return [first];
  return [first, isSettings(against) ? { ...first, config: settingsFrom(against) } : await entryOf(against, given, config)];
}

/** A failure is noted and the next question asked: nobody is there whom a refusal could protect. */
async function entryOf(reference: string, settings: ModuleEntry['config'] | undefined, config: Config): Promise<ModuleEntry> {
  const configured = await configuredAs(reference, config);
  const place = configured?.module ?? (/^\.{1,2}\//.test(reference) ? resolve(reference) : reference);
  const usual = { on_error: 'allow', timeout: 5_000, mode: 'enforce', isolation: 'none', memory: 256 * 1_048_576, hooks: {} } as const;
  // What it has stored lies under its name.
  const name = configured?.name === undefined ? {} : { name: configured.name };
  return { ...usual, ...name, module: place, config: settings ?? configured?.config ?? {} };
}

/** @param reference as it is written in the configuration, or what the module is called where that does not say */
async function configuredAs(reference: string, config: Config): Promise<ModuleEntry | undefined> {
  const { modules } = config;
  const written = modules.find(({ name, module }) => name === reference || module === reference);
  if (written !== undefined || /[:./]/.test(reference)) return written;
  const names = await namesOfModules(config);
  return modules[names.indexOf(reference)];
}

const isSettings = (text: string): boolean => text.trimStart().startsWith('{') || /\.(?:json|ya?ml)$/.test(text);

/** @param text JSON, or the name of a file of JSON or YAML */
function settingsFrom(text: string): ModuleEntry['config'] {
  const isText = text.trimStart().startsWith('{');
  if (!isText && !existsSync(text)) throw new CommandFailed(`There is no file ${text}; a configuration can also be given as JSON: '{"max": 3}'`);
  const { values } = readYaml(isText ? text : readFileSync(text, 'utf8'), { file: isText ? undefined : text, env: process.env });
  if (!isObject(values)) throw new CommandFailed(`${text} is no configuration: it has to be a mapping of keys and values`);
  return values;
}
