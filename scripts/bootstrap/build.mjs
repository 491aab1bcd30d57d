import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { step } from './step.mjs';

const STAMP = 'build/.plexus-built';
const SOURCES = ['src', 'modules', 'test', 'scripts', 'templates'];
const SETTINGS = ['tsconfig.json', 'package-lock.json', 'scripts/bundle.mjs'];
const OUTPUT = /\.(?:d\.ts|js|js\.map)$/;

/** Compiles the sources with tsc and bundles the server, unless nothing changed since the last time. */
export function build(root) {
  if (isBuilt(root)) return;
  step('Building (tsc) ...', process.execPath, [join(root, 'node_modules/typescript/bin/tsc')], { cwd: root });
  removeOrphans(root);
  step('Bundling (esbuild) ...', process.execPath, [join(root, 'scripts/bundle.mjs')], { cwd: root });
  writeFileSync(join(root, STAMP), sourceStamp(root));
}

export function isBuilt(root) {
  const stamp = join(root, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === sourceStamp(root);
}

/** A hash of names, sizes and times of all sources: a few milliseconds, where reading them would take many. */
export function sourceStamp(root) {
  const hash = createHash('sha256');
  const files = [...SETTINGS, ...SOURCES.flatMap((folder) => typescriptFiles(root, folder)).sort()];
  for (const file of files) {
    const { size, mtimeMs } = statSync(join(root, file));
    hash.update(`${file}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** Deletes what was compiled from a source that is gone: mocha would go on running the test of a deleted file. */
export function removeOrphans(root) {
  for (const folder of SOURCES) {
    for (const file of filesBelow(join(root, 'build', folder))) {
      const source = relative(join(root, 'build'), file).replace(OUTPUT, '.ts');
      if (OUTPUT.test(file) && !existsSync(join(root, source))) rmSync(file);
    }
  }
}

const typescriptFiles = (root, folder) =>
  filesBelow(join(root, folder))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => relative(root, file));

function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
