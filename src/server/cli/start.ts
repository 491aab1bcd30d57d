import { existsSync } from 'node:fs';
import { loadConfig, type Config } from '../../config/config.ts';
import { prepareDataFolder, writeFirstConfig } from '../../config/first-start.ts';
import { insecurities } from '../../config/insecurities.ts';
import { VERSION } from '../version.ts';
import type { RunningServer } from '../main.ts';
import { checkConfig } from './check-config.ts';
import { LiveConfiguration, WAITING } from './live-configuration.ts';

export interface StartOptions {
  readonly config: string;
  readonly checkConfig?: boolean;
  /** Exchanges modules as soon as one of their files is saved. */
  readonly dev?: boolean;
}

/**
 * Starts the server and leaves it running until SIGTERM or SIGINT. Where there is no configuration it first makes one.
 * @throws ConfigurationError
 */
export async function start({ config: file, checkConfig: onlyCheck, dev = false }: StartOptions): Promise<void> {
  if (onlyCheck) return await checkConfig(file);
  const isFirst = !existsSync(file);
  if (isFirst) writeFirstConfig(file);
  const config = loadConfig(file);
  const made = [...(isFirst ? [file] : []), ...prepareDataFolder(config)];
  // Loaded only by the command that needs it: the other commands answer at once.
  const { startServer } = await import('../main.ts');
  const server = await startServer(config);
  closeOnSignal(server);
  const live = new LiveConfiguration(file, config, server);
  reloadOnSignal(live);
  announce(config, file, server, made);
  if (dev) {
    const { exchangeOnSave } = await import('./exchange-on-save.ts');
    exchangeOnSave(live, say);
  }
  if (isFirst) say('Make the first admin with: npm run plexus -- register-user --admin');
}

/** To the standard error, so that the log on the standard output stays for programs. */
const say = (line: string): void => console.error(line);

function announce(config: Config, file: string, server: RunningServer, made: readonly string[]): void {
  const insecure = insecurities(config);
  say(`Plexus ${VERSION} for ${config.server_name} listens on ${server.urls.join(', ') || 'nothing'}`);
  say(`${made.length > 0 ? `Made ${made.join(', ')}` : `Read ${file}`}; data in ${config.data_dir}; modules: ${server.loaded.join(', ') || 'none'}`);
  if (insecure.length > 0) say(`Insecure: ${insecure.join('; ')}`);
}

/** SIGHUP reads the configuration again and exchanges the modules; everything else in it counts from the next start on. */
function reloadOnSignal(live: LiveConfiguration): void {
  const reload = async (): Promise<void> => {
    const { kept, started, ended } = await live.reload();
    const listed = (names: readonly string[]): string => names.join(', ') || 'none';
    say(`SIGHUP: read ${live.file} again; modules started: ${listed(started)}; ended: ${listed(ended)}; unchanged: ${listed(kept)}`);
    if (live.hasWaiting) say(WAITING);
  };
  process.on('SIGHUP', () => {
    reload().catch((error: unknown) => say(`SIGHUP: nothing was changed. ${error instanceof Error ? error.message : String(error)}`));
  });
}

/** The first signal lets every request end; who is in a hurry sends a second one. */
function closeOnSignal(server: RunningServer): void {
  let closing = false;
  const close = (signal: NodeJS.Signals): void => {
    if (closing) process.exit(1);
    closing = true;
    say(`${signal}: closing`);
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', close);
  process.on('SIGINT', close);
}
