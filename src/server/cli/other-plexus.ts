import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { CommandFailed } from './command-failed.ts';
import { packageJsonIn } from './package-json.ts';
import { placeOfPlexus } from './plexus-dependency.ts';

/** Another Plexus than the one that runs. */
export interface OtherPlexus {
  readonly version: string;
  /** The program of its command line. */
  readonly program: string;
}

/**
 * Installs another Plexus, beside all that is there. One in a folder is taken as it is.
 * @param wanted a version, a tag of npm, a tarball or a folder
 * @param place an empty folder
 * @throws CommandFailed
 */
export function installPlexus(wanted: string, place: string): OtherPlexus {
  const path = placeOfPlexus(wanted);
  if (path !== undefined && statSync(path).isDirectory()) return plexusIn(path, wanted);
  console.error(`Installing Plexus ${wanted} ...`);
  writeFileSync(join(place, 'package.json'), '{ "private": true }');
  // No script of it runs before it is known to be Plexus.
  npm(place, 'install', '--ignore-scripts', path ?? `plexus@${wanted}`);
  const other = plexusIn(join(place, 'node_modules/plexus'), wanted);
  const { allowScripts = {} } = packageJsonIn(join(place, 'node_modules/plexus'));
  const missing = Object.keys(allowScripts).filter((name) => allowScripts[name] === true && !takesOver(name, place));
  if (missing.length > 0) npm(place, 'rebuild', ...missing);
  return other;
}

function plexusIn(folder: string, wanted: string): OtherPlexus {
  const program = join(folder, 'scripts/plexus.mjs');
  const { version = 'unknown', exports = {} } = packageJsonIn(folder);
  if (!existsSync(program) || exports['./testing'] === undefined) throw new CommandFailed(`${wanted} is no Plexus`);
  return { version, program };
}

/** Takes over what is compiled here already. @returns whether it is there, in the same version */
function takesOver(name: string, place: string): boolean {
  const own = folderOf(name);
  const other = join(place, 'node_modules', name);
  if (own === undefined || !existsSync(join(own, 'build')) || packageJsonIn(own).version !== packageJsonIn(other).version) return false;
  cpSync(join(own, 'build'), join(other, 'build'), { recursive: true });
  return true;
}

function folderOf(name: string): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

function npm(folder: string, ...args: readonly string[]): void {
  // What npm says is for whoever waits.
  const { status } = spawnSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', process.stderr, process.stderr],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new CommandFailed(`"npm ${args.join(' ')}" failed`);
}
