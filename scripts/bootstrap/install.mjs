import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { explained, step } from './step.mjs';

const STAMP = 'node_modules/.plexus-installed';
/** Where npm itself writes down what it has installed. */
const INSTALLED_LOCK = 'node_modules/.package-lock.json';

/** Installs exactly the locked dependencies, unless that has been done for this lock file and this kind of Node. */
export function install(root) {
  if (isInstalled(root)) return;
  const npm = npmCommand();
  // The build needs the development dependencies, whatever NODE_ENV says.
  const args = [...npm.args, 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  step('Installing the locked dependencies (npm ci; some minutes where native modules must be compiled) ...', npm.command, args, {
    cwd: root,
    shell: npm.shell,
  });
  writeStamp(root);
}

/** True when nothing needs to be installed. A node_modules that npm filled by hand is recognised and stamped. */
export function isInstalled(root) {
  const folder = join(root, 'node_modules');
  if (!existsSync(folder)) return false;
  // A link is somebody else's installation (a second work tree): not ours to change.
  if (lstatSync(folder).isSymbolicLink()) return true;
  const stamp = readStamp(root);
  if (stamp === currentStamp(root)) return true;
  // Native modules are compiled for one kind of Node: with another, everything is installed anew.
  if (stamp !== undefined && kindOfNode(stamp) !== kindOfNode(currentStamp(root))) return false;
  if (!installedAsLocked(root)) return false;
  writeStamp(root);
  return true;
}

/** One line: kind of Node, then the hash of the lock file. */
export function currentStamp(root) {
  const lock = readFileSync(join(root, 'package-lock.json'));
  return `${process.platform}-${process.arch}-${process.versions.modules} ${createHash('sha256').update(lock).digest('hex')}`;
}

const kindOfNode = (stamp) => stamp.split(' ')[0];
const readStamp = (root) => (existsSync(join(root, STAMP)) ? readFileSync(join(root, STAMP), 'utf8') : undefined);

function writeStamp(root) {
  writeFileSync(join(root, STAMP), currentStamp(root));
}

/** Compares what npm says it has installed with what is locked; optional packages (of other platforms) may be absent. */
function installedAsLocked(root) {
  if (!existsSync(join(root, INSTALLED_LOCK))) return false;
  const packagesOf = (file) => JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
  const installed = packagesOf(INSTALLED_LOCK);
  return Object.entries(packagesOf('package-lock.json')).every(
    ([path, { version, optional, link }]) => path === '' || optional || link || installed[path]?.version === version,
  );
}

/** npm as it was called (`npm start` tells where it is), else the one on the PATH. */
function npmCommand() {
  const script = process.env.npm_execpath;
  if (script?.endsWith('npm-cli.js') && existsSync(script)) return { command: process.execPath, args: [script], shell: false };
  if (process.env.PATH === undefined) throw explained('npm was not found: PATH is not set.');
  return { command: 'npm', args: [], shell: process.platform === 'win32' };
}
