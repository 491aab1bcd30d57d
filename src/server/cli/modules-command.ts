import type { Command } from 'commander';
import type * as Modules from './modules.ts';
import type { ModulesOptions } from './modules.ts';

/** Loaded only when it is asked for: the other commands answer at once. */
const modules = (): Promise<typeof Modules> => import('./modules.ts');
const SETTINGS = 'key=value each, as in the configuration: mode=shadow timeout=2s config.max=3 (values are JSON or text)';

/** `plexus modules …`: what administrators do with the modules of the running server. @param url checks an address. @returns the group, for what belongs to it, too */
export function modulesCommand(
  plexus: Command,
  config: readonly [flags: string, description: string, file: string],
  url: (text: string) => string,
): Command {
  const group = plexus.command('modules').description('shows and changes the modules of the running server, as a server admin');
  const command = (name: string, description: string): Command =>
    group
      .command(name)
      .description(description)
      .option(...config)
      .option('--url <address>', 'where the server is (by default where the configuration lets it listen)', url)
      .option('--token <token>', 'the access token of a server admin (else PLEXUS_ADMIN_TOKEN; else a password is asked for)')
      .option('-u, --user <name>', 'the name of a server admin (asked for where there is no token)');
  command('list', 'prints the modules and how they are').action(async (options: ModulesOptions) => (await modules()).listModules(options));
  command('reload', 'reads the configuration again and exchanges what has changed, as SIGHUP does').action(async (options: ModulesOptions) =>
    (await modules()).reloadModules(options),
  );
  command('add', 'adds a module')
    .argument('<module>', 'plexus:<name>, a file or a package')
    .argument('[settings...]', SETTINGS)
    .action(async (module: string, settings: string[], options: ModulesOptions) => (await modules()).addModule(module, settings, options));
  command('remove', 'removes a module')
    .argument('<name>')
    .action(async (name: string, options: ModulesOptions) => (await modules()).removeModule(name, options));
  command('set', 'changes settings of a module; what is not named stays')
    .argument('<name>')
    .argument('<settings...>', SETTINGS)
    .action(async (name: string, settings: string[], options: ModulesOptions) => (await modules()).setModule(name, settings, options));
  for (const [name, description] of [
    ['shadow', 'goes on asking a module, but without effect'],
    ['enforce', 'lets the answers of a module have their effect again'],
  ] as const) {
    command(name, description)
      .argument('<name>')
      .action(async (module: string, options: ModulesOptions) => (await modules()).setModule(module, [`mode=${name}`], options));
  }
  return group;
}
