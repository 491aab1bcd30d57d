import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { sourcesOf, TYPESCRIPT } from '../../modules/index.ts';
import { CommandFailed } from './command-failed.ts';
import { FileWatch } from './file-watch.ts';

/**
 * Runs the tests of a module with the test runner of Node, also those in TypeScript.
 * @param named the files to run; where there are none, all below the current folder that are called `*.test.ts` (or `.js`)
 * @param options.watch goes on until the process ends, and runs those tests again that have to do with what is saved
 * @throws CommandFailed when there are none
 */
export async function testModule(named: readonly string[], { watch = false }: { readonly watch?: boolean }): Promise<void> {
  const tests = (): readonly string[] => (named.length > 0 ? named.map((file) => resolve(file)) : testsIn(process.cwd()));
  if (tests().length === 0) throw new CommandFailed(`There are no tests here: no file below ${process.cwd()} is called *.test.ts`);
  if (!watch) {
    process.exitCode = await run(tests());
    return;
  }
  const sources = (): ReadonlyMap<string, string> => new Map(tests().flatMap((file) => [...sourcesOf(file)]));
  const runAgain = async ({ files }: { readonly files: readonly string[] }): Promise<void> => {
    const concerned = tests().filter((test) => files.some((file) => sourcesOf(test).has(file)));
    if (concerned.length > 0) await run(concerned);
    console.error('Waiting for a file to be saved ...');
  };
  new FileWatch(sources, runAgain).start();
}

/** @returns the exit code */
async function run(tests: readonly string[]): Promise<number> {
  const args = ['--import', TYPESCRIPT, '--test', '--test-reporter=spec', ...tests];
  const [code] = (await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'exit')) as [number | null];
  return code ?? 1;
}

function testsIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isFile()) return /\.test\.[cm]?[jt]s$/.test(entry.name) ? [path] : [];
    return entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.') ? testsIn(path) : [];
  });
}
