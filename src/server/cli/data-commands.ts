import type { Command } from 'commander';
import type * as ModuleData from './module-data.ts';
import type { RestoreOptions } from './restore.ts';

type ConfigOption = readonly [flags: string, description: string, file: string];
interface Options {
  readonly config: string;
}

/** `plexus backup` and `plexus restore`. */
export function dataCommands(plexus: Command, config: ConfigOption): void {
  plexus
    .command('backup')
    .description('copies the database into one file; also while the server runs')
    .argument('<file>', 'where to; it must not be there')
    .option(...config)
    .action(async (file: string, options: Options) => (await import('./backup.ts')).backup(file, options));
  plexus
    .command('restore')
    .description('puts such a copy in the place of the database of a server that does not run')
    .argument('<file>', 'the copy')
    .option(...config)
    .option('--force', 'puts the database that is there aside', false)
    .action(async (file: string, options: RestoreOptions) => (await import('./restore.ts')).restore(file, options));
}

const moduleData = (): Promise<typeof ModuleData> => import('./module-data.ts');

/** What modules keep: `plexus modules data`, `export` and `purge`. @param modules the group of commands */
export function moduleDataCommands(modules: Command, config: ConfigOption): void {
  const command = (name: string, description: string): Command =>
    modules
      .command(name)
      .description(description)
      .option(...config);
  command('data', 'lists the modules that keep something in the database, and how much').action(async (options: Options) =>
    (await moduleData()).listKeepers(options),
  );
  command('export', 'prints all that a module keeps, a line of JSON each; also while the server runs')
    .argument('<name>', 'what the module is called')
    .action(async (name: string, options: Options) => (await moduleData()).exportModule(name, options));
  command('purge', 'forgets all that a module keeps that is no longer configured; while the server does not run')
    .argument('<name>', 'what the module was called')
    .action(async (name: string, options: Options) => (await moduleData()).purgeModule(name, options));
}
