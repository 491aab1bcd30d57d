import { copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { PACKAGE_FOLDER } from '../package-folder.ts';
import { VERSION } from '../version.ts';
import { CommandFailed } from './command-failed.ts';
import { packageJsonIn } from './package-json.ts';

/** How npm is told of a folder or a tarball. */
const PATH = /^(?:file:|\.{0,2}[/\\]|[A-Za-z]:[/\\])|^[^:]+\.tgz$/;

/** Where a Plexus lies that is named by a folder or tarball; undefined for a version. @throws CommandFailed when nothing is there */
export function placeOfPlexus(plexus: string): string | undefined {
  if (!PATH.test(plexus)) return undefined;
  const path = resolve(plexus.replace(/^file:/, ''));
  if (!existsSync(path)) throw new CommandFailed(`There is no Plexus in ${path}`);
  return path;
}

/** The Plexus that runs, as a package would name it: in the way in which it was installed, or the folder of a clone. */
export function thisPlexus(): string {
  const modules = dirname(PACKAGE_FOLDER);
  if (basename(modules) !== 'node_modules') return PACKAGE_FOLDER;
  const { dependencies, devDependencies } = packageJsonIn(dirname(modules));
  const wanted = { ...dependencies, ...devDependencies }['plexus'] ?? `^${VERSION}`;
  return wanted.startsWith('file:') ? resolve(modules, '..', wanted.slice('file:'.length)) : wanted;
}

/**
 * What the package.json of a new module says of Plexus. A tarball comes along with the module, so that it can be installed wherever that goes.
 * @param plexus a version, a tarball or a folder
 * @throws CommandFailed when that is not there
 */
export function dependencyOn(plexus: string, folder: string): string {
  const path = placeOfPlexus(plexus);
  if (path === undefined) return plexus;
  if (statSync(path).isDirectory()) return `file:${relative(folder, path).split(sep).join('/')}`;
  mkdirSync(join(folder, 'vendor'), { recursive: true });
  copyFileSync(path, join(folder, 'vendor', basename(path)));
  return `file:vendor/${basename(path)}`;
}
