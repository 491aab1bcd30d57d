import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import validateName from 'validate-npm-package-name';
import { PACKAGE_FOLDER } from '../package-folder.ts';
import { CommandFailed } from './command-failed.ts';
import { dependencyOn, thisPlexus } from './plexus-dependency.ts';

const TEMPLATE = join(PACKAGE_FOLDER, 'templates/module');
/** What the module of the template is called. */
const TEMPLATE_NAME = 'my-policy';

export interface CreateModuleOptions {
  /** Where to; by default a folder with its name. */
  readonly dir?: string;
  /** What its package depends on: a version, a tarball or a folder. */
  readonly plexus?: string;
  /** Whether its dependencies are installed. */
  readonly install: boolean;
}

/**
 * Makes a folder with a module, its test and whatever belongs to it, and tells how to go on. Nothing that exists is written over.
 * @param packageName the name of its npm package; without the scope it is that of the module
 * @throws CommandFailed
 */
export function createModule(packageName: string, { dir, plexus, install }: CreateModuleOptions): void {
  refuseUnlessName(packageName);
  const name = packageName.replace(/^@[^/]+\//, '');
  const folder = resolve(dir ?? name);
  refuseUnlessEmpty(folder);
  const dependency = dependencyOn(plexus ?? thisPlexus(), folder);
  const files = copyTemplate(folder, name);
  editJson(join(folder, 'package.json'), (json) => ({
    ...json,
    name: packageName,
    devDependencies: { ...(json['devDependencies'] as object), plexus: dependency },
  }));
  if (install) installDependencies(folder);
  const shown = relative('.', folder) || '.';
  console.log(`Made ${shown}: ${files.join(', ')}`);
  console.log(`Test it: cd ${shown} && ${install ? '' : 'npm install && '}npm test (npm run test:watch: again whenever you save)`);
  console.log(
    `Load it: modules: [{ module: ${JSON.stringify(join(folder, 'index.ts'))} }] in config.yaml (plexus start --dev: live whenever you save)`,
  );
}

function refuseUnlessName(name: string): void {
  const { validForNewPackages, errors = [], warnings = [] } = validateName(name);
  if (!validForNewPackages) throw new CommandFailed(`${name} cannot be the name of an npm package: ${[...errors, ...warnings].join('; ')}`);
  if (name === 'plexus') throw new CommandFailed('plexus is the name of the server: choose another one');
}

function refuseUnlessEmpty(folder: string): void {
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (!stat.isDirectory()) throw new CommandFailed(`${folder} is a file: choose another name, or a folder with --dir`);
  const found = readdirSync(folder).filter((name) => name !== '.git');
  if (found.length === 0) return;
  const listed = `${found.slice(0, 3).join(', ')}${found.length > 3 ? ', …' : ''}`;
  throw new CommandFailed(`${folder} is not empty (${listed}), and nothing in it is written over: choose another name, or a folder with --dir`);
}

/** @returns what was made, as paths in the folder, in the order of the alphabet */
function copyTemplate(folder: string, name: string): readonly string[] {
  const entries = readdirSync(TEMPLATE, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const made = entries.map((entry) => {
    const source = join(entry.parentPath, entry.name);
    // Under their own names, npm would not pack the one, and Node.js take the other for the border of a package.
    const target = relative(TEMPLATE, source).replace(/\.template$/, '');
    mkdirSync(dirname(join(folder, target)), { recursive: true });
    writeFileSync(join(folder, target), readFileSync(source, 'utf8').replaceAll(TEMPLATE_NAME, name), { flag: 'wx' });
    return target;
  });
  return made.toSorted();
}

function editJson(file: string, edit: (json: Readonly<Record<string, unknown>>) => object): void {
  const json = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  writeFileSync(file, `${JSON.stringify(edit(json), undefined, 2)}\n`);
}

function installDependencies(folder: string): void {
  console.error('Installing what it needs (npm install) ...');
  // What npm says is for whoever waits, not for a program that reads what was made.
  const { status } = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', process.stderr, process.stderr],
    shell: process.platform === 'win32',
  });
  if (status !== 0)
    throw new CommandFailed(`The module is in ${folder}, but "npm install" failed there. Try it again, or name another Plexus in package.json`);
}
