import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { lowestPlexusFor, sourcesOf, TYPESCRIPT } from '../../modules/index.ts';
import { VERSION } from '../version.ts';
import { CommandFailed } from './command-failed.ts';
import { FileWatch } from './file-watch.ts';
import { installPlexus } from './other-plexus.ts';
import { packageJsonIn } from './package-json.ts';

export interface TestModuleOptions {
  /** Goes on until the process ends, and runs those tests again that have to do with what is saved. */
  readonly watch?: boolean;
  /** Other Plexuses to run them against: `lowest`, `next`, versions, tags, tarballs, folders. */
  readonly against?: readonly string[];
}

/** The tag that npm has for what is not released yet. */
const NEXT = 'next';

/**
 * Runs the tests of a module with the test runner of Node, also those in TypeScript.
 * @param named the files to run; where there are none, all below the current folder that are called `*.test.ts` (or `.js`)
 * @throws CommandFailed when there are none
 */
export async function testModule(named: readonly string[], { watch = false, against = [] }: TestModuleOptions): Promise<void> {
  const tests = (): readonly string[] => (named.length > 0 ? named.map((file) => resolve(file)) : testsIn(process.cwd()));
  if (tests().length === 0) throw new CommandFailed(`There are no tests here: no file below ${process.cwd()} is called *.test.ts`);
  if (against.length > 0) {
    for (const wish of against) if (!(await passesAgainst(wish, named, tests()))) process.exitCode = 1;
    return;
  }
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

/** @returns whether the tests pass there; true also where only the next Plexus fails, of which it warns */
async function passesAgainst(wish: string, named: readonly string[], tests: readonly string[]): Promise<boolean> {
  try {
    if ((await runAgainst(wish, named, tests)) === 0) return true;
  } catch (error) {
    if (wish !== NEXT || !(error instanceof CommandFailed)) throw error;
    console.error(`There is no next Plexus to test against (${error.message})`);
    return true;
  }
  if (wish === NEXT) console.error('Warning: the tests fail against the next Plexus. It is not there yet, so this is no failure.');
  return wish === NEXT;
}

/** The other one brings its `plexus/module` and `plexus/testing` along. @returns the exit code */
async function runAgainst(wish: string, named: readonly string[], tests: readonly string[]): Promise<number> {
  const wanted = wish === 'lowest' ? await lowestHere() : wish;
  if (wanted === VERSION) {
    console.error(`Against Plexus ${VERSION} (${wish}), which is this one`);
    return await run(tests);
  }
  const place = mkdtempSync(join(tmpdir(), 'plexus-against-'));
  try {
    const { version, program } = installPlexus(wanted, place);
    console.error(`Against Plexus ${version} (${wish})`);
    return await node(program, 'test-module', ...named);
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** The lowest version that the module in the current folder takes. @throws CommandFailed where it does not say */
async function lowestHere(): Promise<string> {
  const folder = process.cwd();
  const { name } = packageJsonIn(folder);
  const found = name === undefined ? undefined : lowestPlexusFor(name, folder);
  const lowest = await found?.catch((error: Error) => {
    throw new CommandFailed(error.message);
  });
  if (lowest !== undefined) return lowest;
  throw new CommandFailed(`${name ?? folder} does not say which Plexus it requires: "requires" of its module would, as in requires: '0.1'`);
}

/** @returns the exit code */
const run = (tests: readonly string[]): Promise<number> => node('--import', TYPESCRIPT, '--test', '--test-reporter=spec', ...tests);

async function node(...args: readonly string[]): Promise<number> {
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
