// From a fresh clone to a running server with nothing but Node:
//   node scripts/bootstrap.mjs install            installs the locked dependencies, if that is needed
//   node scripts/bootstrap.mjs build              ... and compiles the sources, if they changed
//   node scripts/bootstrap.mjs test [arguments]   ... and runs the tests (the arguments go to mocha): in two processes;
//                                                 --jobs 4 makes them more, --no-parallel one, as --inspect and it.only want it
//   node scripts/bootstrap.mjs [command]          ... and runs a command of the server: start when there is none, --help lists them
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './bootstrap/build.mjs';
import { install } from './bootstrap/install.mjs';
import { explainOldNode } from './bootstrap/node-version.mjs';

const root = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');

/** Runs the command line of the built server in this very process, so that signals and start-up time are its own. */
async function runServer(args) {
  const { runCommandLine } = await import(pathToFileURL(join(root, 'build/bundle/server/cli.js')).href);
  await runCommandLine(args);
}

function runTests(args) {
  const mocha = join(root, 'node_modules/mocha/bin/mocha.js');
  return spawnSync(process.execPath, [mocha, ...args], { cwd: root, stdio: 'inherit' }).status ?? 1;
}

async function main(args) {
  const [command, ...rest] = args;
  install(root);
  if (command === 'install') return;
  build(root);
  if (command === 'build') return;
  if (command === 'test') process.exitCode = runTests(rest);
  else await runServer(args);
}

function fail(message) {
  console.error(message);
  process.exitCode = 1;
}

const tooOld = explainOldNode(process.versions.node);
if (tooOld !== undefined) fail(tooOld);
else {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    fail(error.explained ? error.message : (error.stack ?? String(error)));
  }
}
