import type { Command } from 'commander';
import type { AdminOptions } from './as-admin.ts';
import type * as ModuleData from './module-data.ts';
import type { RestoreOptions } from './restore.ts';

type ConfigOption = readonly [flags: string, description: string, file: string];
interface Options {
  readonly config: string;
}

/** `plexus backup`, `plexus restore` and `plexus export-user`. @param url checks an address */
export function dataCommands(plexus: Command, config: ConfigOption, url: (text: string) => string): void {
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
  plexus
    .command('export-user')
    .description('prints what the running server and its modules keep of a user beside events, as JSON')
    .argument('<user>', 'the user id, as in @alice:example.org')
    .option(...config)
    .option('--url <address>', 'where the server is (by default where the configuration lets it listen)', url)
    .option('--token <token>', 'the access token of a server admin (else PLEXUS_ADMIN_TOKEN; else a password is asked for)')
    .option('-u, --user <name>', 'the name of a server admin (asked for where there is no token)')
    .action(async (userId: string, options: AdminOptions) => (await import('./export-user.ts')).exportUser(userId, options));
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
