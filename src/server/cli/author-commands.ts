import { Option, type Command } from 'commander';
import type { CreateModuleOptions } from './create-module.ts';
import type { TestModuleOptions } from './test-module.ts';

/** What authors of modules do: `plexus create-module` and `plexus test-module`. */
export function authorCommands(plexus: Command): void {
  plexus
    .command('create-module')
    .description('makes a folder with a module in TypeScript, its tests and whatever belongs to it')
    .argument('<name>', 'the name of its npm package, as in my-policy or @acme/my-policy')
    .option('-d, --dir <folder>', 'where to; nothing may be in it (by default a folder with its name)')
    .option('--plexus <version or path>', 'the Plexus to test it with: a version, a tarball or a folder (by default this one)')
    .option('--no-install', 'does not install what it needs')
    .action(async (name: string, options: CreateModuleOptions) => (await import('./create-module.ts')).createModule(name, options));
  plexus
    .command('test-module')
    .description('runs the tests of a module, also those in TypeScript')
    .argument('[files...]', 'the files to run (by default all below this folder that are called *.test.ts or *.test.js)')
    .option('-w, --watch', 'runs them again whenever something of theirs is saved', false)
    .addOption(
      new Option('--against <plexus>', 'runs them against another Plexus: lowest, next, a version, a tarball or a folder; may be repeated')
        .argParser((wish, before: readonly string[]) => [...before, wish])
        .default([], 'this one')
        .conflicts('watch'),
    )
    .action(async (files: string[], options: TestModuleOptions) => (await import('./test-module.ts')).testModule(files, options));
}
