import type { Command } from 'commander';

/** What authors of modules do: `plexus test-module`. */
export function authorCommands(plexus: Command): void {
  plexus
    .command('test-module')
    .description('runs the tests of a module, also those in TypeScript')
    .argument('[files...]', 'the files to run (by default all below this folder that are called *.test.ts or *.test.js)')
    .option('-w, --watch', 'runs them again whenever something of theirs is saved', false)
    .action(async (files: string[], options: { watch: boolean }) => (await import('./test-module.ts')).testModule(files, options));
}
