import { Command, InvalidArgumentError, Option } from 'commander';
import { ConfigurationError } from '../config/configuration-error.ts';
import { parseDuration } from '../core/duration.ts';
import { DatabaseTooNew } from '../store/migrations.ts';
import { authorCommands } from './cli/author-commands.ts';
import { checkConfig } from './cli/check-config.ts';
import { mindClosedOutput } from './cli/closed-output.ts';
import { CommandFailed } from './cli/command-failed.ts';
import { dataCommands, moduleDataCommands } from './cli/data-commands.ts';
import { generateSigningKey } from './cli/generate-signing-key.ts';
import { modulesCommand } from './cli/modules-command.ts';
import { registerUser, type RegisterUserOptions } from './cli/register-user.ts';
import type { RecordOptions } from './cli/record.ts';
import type { ReplayOptions } from './cli/replay.ts';
import { start, type StartOptions } from './cli/start.ts';
import { VERSION } from './version.ts';

const CONFIG = ['-c, --config <file>', 'the configuration file', 'config.yaml'] as const;

/**
 * The `plexus` command. Without a command it starts the server.
 * @param args what stands after the name of the program
 */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  try {
    await program().parseAsync(args, { from: 'user' });
  } catch (error) {
    console.error(explain(error));
    process.exitCode = 1;
  }
}

/** The `plexus` command with all that it can do. */
export function program(): Command {
  const plexus = new Command('plexus').description('A Matrix homeserver whose every operation passes its modules').version(VERSION);
  plexus.hook('preAction', (_program, command) => mindClosedOutput(command.name() === 'start'));
  plexus
    .command('start', { isDefault: true })
    .description('starts the server; the first time it makes a configuration')
    .option(...CONFIG)
    .option('--check-config', 'only checks the configuration')
    .option('--dev', 'for development: exchanges modules as soon as one of their files is saved')
    .action((options: StartOptions) => start(options));
  plexus
    .command('check-config')
    .description('checks the configuration and tells everything that is wrong with it')
    .option(...CONFIG)
    .action((options: StartOptions) => checkConfig(options.config));
  plexus
    .command('register-user')
    .description('makes an account on the running server, by the shared secret of its configuration')
    .option(...CONFIG)
    .option('-u, --user <name>', 'its name, without @ and server (asked for if it is not given)')
    .option('-p, --password <password>', 'its password (asked for if it is not given, which keeps it out of the history of the shell)')
    .option('-a, --admin', 'makes an admin', false)
    .option('--url <address>', 'where the server is (by default where the configuration lets it listen)', webAddress)
    .action((options: RegisterUserOptions) => registerUser(options));
  plexus
    .command('explain')
    .description('prints what modules decided about an event or in an incident, and what came of it; also while the server runs')
    .argument('<id>', 'the id of an event (in single quotes), or of an incident')
    .option(...CONFIG)
    .action(async (id: string, options: { config: string }) => {
      const command = await import('./cli/explain.ts');
      await command.explain(id, options);
    });
  moduleDataCommands(modulesCommand(plexus, CONFIG, webAddress), CONFIG);
  plexus
    .command('replay')
    .description('asks a module about the events that are stored or recorded, without any effect, and prints what it would have refused or replaced')
    .option(...CONFIG)
    .requiredOption('-m, --module <reference>', 'the module: as in the configuration, or the name of one there')
    .option('--module-config <file or JSON>', 'its configuration; else that of the module in the configuration')
    .option('--since <duration>', 'how far back, as in 12h or 7d', howLong, howLong('7d'))
    .addOption(new Option('--recording <file>', 'asks about what `plexus record` wrote, all of it, and needs no server').conflicts('since'))
    .option('--against <reference, file or JSON>', 'another module, or another configuration of this one: prints where they differ')
    .option('--summary', 'prints no single events', false)
    .action(async (options: ReplayOptions) => {
      const command = await import('./cli/replay.ts');
      await command.replay(options);
    });
  plexus
    .command('record')
    .description('writes what modules were asked about the events that are stored into a file, for tests of modules; also while the server runs')
    .argument('<file>', 'where to (JSON lines); it must not be there')
    .option(...CONFIG)
    .option('--database <file>', 'a copy of the database, as `plexus backup` makes them, in the place of that of the server')
    .option('--since <duration>', 'how far back, as in 12h or 7d', howLong, howLong('7d'))
    .option('--with-words', 'with what people wrote; it is made unreadable otherwise', false)
    .action(async (file: string, options: RecordOptions) => {
      const command = await import('./cli/record.ts');
      await command.record(file, options);
    });
  dataCommands(plexus, CONFIG, webAddress);
  authorCommands(plexus);
  plexus
    .command('generate-signing-key')
    .description('makes a signing key, for the file signing.key in the data folder')
    .option('-o, --output <file>', 'a file to write it to, which must not exist; else it is printed')
    .action((options: { output?: string }) => generateSigningKey(options.output));
  plexus
    .command('version')
    .description('prints the version')
    .action(() => console.log(VERSION));
  return plexus;
}

function webAddress(text: string): string {
  if (!URL.canParse(text)) throw new InvalidArgumentError('It must be an address like http://127.0.0.1:8008');
  return text;
}

function howLong(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

/** What a person can do something about is told without a stack. */
function explain(error: unknown): string {
  if (error instanceof ConfigurationError || error instanceof CommandFailed || error instanceof DatabaseTooNew) return error.message;
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return `${error.message}: another program (perhaps Plexus itself) listens there. End it, or change "listeners" in the configuration.`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
