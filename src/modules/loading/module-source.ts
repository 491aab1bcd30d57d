import { existsSync, readdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { nearestName } from '../../core/nearest-name.ts';
import { fingerprintOf, fingerprintOfPackage, packageFolder } from './fingerprint.ts';
import { fromFolder, versioned } from './module-hooks.ts';

/** Where the modules that ship with the server lie once compiled. */
const BUNDLED = fileURLToPath(new URL('../../../modules/', import.meta.url));
/** Where their other files lie, such as templates: these are not compiled. */
const BUNDLED_FILES = fileURLToPath(new URL('../../../../modules/', import.meta.url));

/** Whether `plexus/module` is the running server without the hooks: not where the server was put into a few files. Errors would be of other classes. */
const IS_OWN = import.meta.resolve('plexus/module') === new URL('../public.js', import.meta.url).href;

/** Where a module is to be found. */
export interface ModuleSource {
  readonly specifier: string;
  readonly exportName: string;
  /** What the module is called when neither it nor the configuration says. */
  readonly name: string;
  /** Where its files lie. */
  readonly folder: string;
  /** Whether it needs the hooks that show it the running server as `plexus/module`. */
  readonly foreign: boolean;
}

/**
 * Reads how a configuration names a module.
 * @param folder the configuration's folder
 * @throws Error with a text for the administrator
 */
export function moduleSource(reference: string, folder: string): ModuleSource {
  const [place, exportName] = partsOf(reference);
  if (place.startsWith('plexus:')) return bundled(place.slice('plexus:'.length), exportName);
  if (isFile(place, folder)) return file(place, exportName, folder);
  if (isPythonPath(place)) {
    throw new Error(`${place} looks like a Python class; Python modules need the bridge, which this version of Plexus does not have`);
  }
  const root = packageFolder(place, folder);
  const version = versionOf(`${folder}\0${place}`, fingerprintOfPackage(root));
  const name = place.replace(/^@[^/]+\//, '');
  return { specifier: fromFolder(place, folder, version), exportName, name, folder: root ?? folder, foreign: true };
}

/** The file that is named; undefined for what is found by a name. */
export function moduleFile(reference: string, folder: string): string | undefined {
  const [place] = partsOf(reference);
  return isFile(place, folder) ? resolve(folder, place) : undefined;
}

function partsOf(reference: string): readonly [place: string, exportName: string] {
  const [, place = '', exportName = 'default'] = /^(.*?)(?:#([^#/]+))?$/s.exec(reference) ?? [];
  return [place, exportName];
}

const isFile = (place: string, folder: string): boolean =>
  /^(?:\.{0,2}\/|[A-Za-z]:[\\/])/.test(place) || (/\.[cm]?[jt]s$/.test(place) && existsSync(resolve(folder, place)));

const firstFingerprints = new Map<string, string>();

/** Nothing for code as it was when it was first imported; else its fingerprint, so that the same code is imported only once. */
function versionOf(place: string, fingerprint: string): string {
  const first = firstFingerprints.get(place) ?? fingerprint;
  firstFingerprints.set(place, first);
  return first === fingerprint ? '' : fingerprint;
}

function bundled(name: string, exportName: string): ModuleSource {
  const path = `${BUNDLED}${name}/index.js`;
  if (/^[a-z0-9-]+$/.test(name) && existsSync(path))
    return { specifier: pathToFileURL(path).href, exportName, name, folder: `${BUNDLED_FILES}${name}`, foreign: !IS_OWN };
  const known = readdirSync(BUNDLED).toSorted();
  const nearest = nearestName(name, known);
  throw new Error(
    `no module ${name} ships with Plexus; ${nearest === undefined ? `there are ${known.map((one) => `plexus:${one}`).join(', ')}` : `did you mean plexus:${nearest}?`}`,
  );
}

function file(place: string, exportName: string, folder: string): ModuleSource {
  const path = resolve(folder, place);
  if (!existsSync(path)) throw new Error(`there is no file ${path}`);
  const [, name = 'module'] = /([^/\\]+?)(?:\.\w+)?$/.exec(path) ?? [];
  const isIndex = name === 'index' || name === 'main';
  const specifier = versioned(pathToFileURL(path).href, versionOf(path, fingerprintOf(path)));
  const folderOfIt = dirname(path);
  return { specifier, exportName, name: isIndex ? (folderOfIt.split(/[/\\]/).at(-1) ?? name) : name, folder: folderOfIt, foreign: true };
}

/** `package.module.Class`: names of packages on npm have no upper-case letters. */
const isPythonPath = (place: string): boolean => /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/.test(place) && /\.[A-Z]\w*$|_/.test(place);
