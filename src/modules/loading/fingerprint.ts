import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Whatever stands in quotes and begins like a relative path: what a file imports is among it. */
const RELATIVE = /['"`](\.{1,2}\/[^'"`\n]+)['"`]/g;
const ENDINGS = ['', '.ts', '.js', '.mjs', '.cjs', '.json'];

/** What a module's file and all that belongs to it hold, in a few characters: as long as nothing changes it is the same. */
export function fingerprintOf(file: string): string {
  const hash = createHash('sha256');
  for (const [path, content] of sourcesOf(file)) hash.update(path).update('\0').update(content).update('\0');
  return hash.digest('hex').slice(0, 12);
}

/** A module's file with all that it imports from beside it and the templates there, by path: what each holds, nothing where it is missing. */
export const sourcesOf = (file: string): ReadonlyMap<string, string> =>
  new Map([...reached(file), ...filesIn(join(dirname(file), 'templates')).map((path) => [path, textOf(path)] as const)]);

function filesIn(folder: string): readonly string[] {
  const entries = existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [];
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

const textOf = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');

/** The same for a package: its version and whatever else its package.json says. @param root its folder; undefined when it is not there */
export const fingerprintOfPackage = (root: string | undefined): string =>
  root === undefined
    ? ''
    : createHash('sha256')
        .update(readFileSync(join(root, 'package.json')))
        .digest('hex')
        .slice(0, 12);

/** Where a package lies that is found from a folder. */
export function packageFolder(name: string, folder: string): string | undefined {
  const [, root = name] = /^((?:@[^/]+\/)?[^/]+)/.exec(name) ?? [];
  for (let place = resolve(folder); ; place = dirname(place)) {
    const found = join(place, 'node_modules', root);
    if (existsSync(join(found, 'package.json'))) return found;
    if (place === dirname(place)) return undefined;
  }
}

function reached(file: string, found = new Map<string, string>()): Map<string, string> {
  if (found.has(file)) return found;
  const content = textOf(file);
  found.set(file, content);
  for (const [, specifier = ''] of content.matchAll(RELATIVE)) {
    const path = resolve(dirname(file), specifier);
    const candidates = [...ENDINGS.map((ending) => `${path}${ending}`), path.replace(/\.(m?)js$/, '.$1ts')];
    const target = candidates.find((candidate) => statSync(candidate, { throwIfNoEntry: false })?.isFile());
    if (target !== undefined) reached(target, found);
  }
  return found;
}
