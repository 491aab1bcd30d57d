import { expect } from 'chai';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** Who may import whom: docs/architecture.md, section 2. A layer may always import itself, except where `isolated` says no. */
const layers: Readonly<Record<string, readonly string[]>> = {
  core: [],
  kernel: ['core'],
  config: ['kernel', 'core'],
  store: ['kernel', 'core'],
  'store/drivers': ['store', 'kernel', 'core'],
  engine: ['store', 'kernel', 'core', 'config'],
  sync: ['engine', 'store', 'kernel', 'core', 'config'],
  modules: ['kernel', 'core'],
  operations: ['engine', 'sync', 'store', 'kernel', 'core', 'config'],
  runner: ['modules', 'store/drivers', 'kernel', 'core'],
  http: ['kernel', 'core'],
  api: ['operations', 'kernel', 'core'],
  workers: ['operations', 'engine', 'store', 'kernel', 'core', 'config'],
  server: ['core', 'kernel', 'config', 'store', 'store/drivers', 'engine', 'sync', 'modules', 'operations', 'runner', 'http', 'api', 'workers'],
  testing: ['server', 'operations', 'store/drivers', 'store', 'modules', 'config', 'kernel', 'core'],
};

/**
 * Layers whose files may not import one another: an operation that needs another's work shares it through engine/. Files directly in the
 * layer's folder (how an operation is declared, what it may use) are for all of it.
 */
const isolated: readonly string[] = ['operations'];
const isShared = (path: string): boolean => path.split('/').length === 3;

/** Files of src/ that may have more than 300 lines, each with its reason. */
const longFiles: Readonly<Record<string, string>> = {};

interface Source {
  /** Path from the project's root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

/** Static imports and re-exports (type-only ones too), `import('x')` as value or type, and `import 'x'`. */
const IMPORT = /^\s*(?:import|export)\s(?:[\w\s{},*$]*?\sfrom\s*)?['"]([^'"\n]+)['"]|\b(?:import|require)\(\s*['"]([^'"\n]+)['"]\s*\)/gm;
const COMMENT = /\/\*[\s\S]*?\*\/|(?<![:'"`\w])\/\/.*$/gm;

function readSources(folder: string): Source[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      const text = readFileSync(file, 'utf8');
      const imports = [...text.replaceAll(COMMENT, '').matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? '');
      return { path: relative(root, file).split(sep).join('/'), text, imports };
    });
}

const isRelative = (specifier: string): boolean => specifier.startsWith('.');
const target = (source: Source, specifier: string): string => join(dirname(source.path), specifier).split(sep).join('/');
/** `@scope/name/file` -> `@scope/name`. */
const packageOf = (specifier: string): string => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

function layerOf(path: string): string {
  if (path.startsWith('src/store/drivers/')) return 'store/drivers';
  return path.split('/')[1] ?? '';
}

function forbiddenImports(source: Source): string[] {
  const layer = layerOf(source.path);
  const allowed = layers[layer];
  if (allowed === undefined) return [`${source.path} lies in no known layer`];
  return source.imports.filter(isRelative).flatMap((specifier) => {
    const path = target(source, specifier);
    const other = layerOf(path);
    if (!path.startsWith('src/')) return [`${source.path} imports ${path}, outside src/`];
    if (other === layer && (!isolated.includes(layer) || isShared(path))) return [];
    return allowed.includes(other) ? [] : [`${source.path} imports ${path}: ${layer} may import ${allowed.join(', ') || 'nothing'}`];
  });
}

/** Each cycle of imports once, as the list of its files. */
function cycles(sources: readonly Source[]): string[][] {
  const graph = new Map(sources.map((source) => [source.path, source.imports.filter(isRelative).map((specifier) => target(source, specifier))]));
  const done = new Set<string>();
  const found: string[][] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) found.push([...trail.slice(at), path]);
    if (at >= 0 || done.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return found;
}

describe('architecture', () => {
  const sources = readSources('src');
  const bundled = readSources('modules');
  const packageJson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };

  it('imports only downwards', () => {
    expect(sources.flatMap(forbiddenImports).join('\n')).to.equal('');
  });

  it('has no cycle of imports', () => {
    expect(
      cycles([...sources, ...bundled])
        .map((cycle) => cycle.join(' -> '))
        .join('\n'),
    ).to.equal('');
  });

  it('imports nothing that package.json does not declare', () => {
    const undeclared = [...sources, ...bundled].flatMap((source) =>
      source.imports
        .filter((specifier) => !isRelative(specifier) && !isBuiltin(specifier))
        .filter((specifier) => packageOf(specifier) !== 'plexus' && !(packageOf(specifier) in packageJson.dependencies))
        .map((specifier) => `${source.path} imports ${specifier}`),
    );
    const testsMayUse = (problem: string): boolean => /\.test\.ts imports (?:chai|mocha|fast-check)\b/.test(problem);
    expect(undeclared.filter((problem) => !testsMayUse(problem)).join('\n')).to.equal('');
  });

  it('reaches the database only through store/drivers', () => {
    const importers = sources.filter((source) => source.imports.some((specifier) => packageOf(specifier) === 'better-sqlite3'));
    expect(
      importers
        .map((source) => source.path)
        .filter((path) => layerOf(path) !== 'store/drivers')
        .join('\n'),
    ).to.equal('');
  });

  it('keeps core pure: no package, no I/O, no clock, no promise', () => {
    const core = sources.filter((source) => layerOf(source.path) === 'core');
    const impure = core.flatMap((source) => [
      ...source.imports.filter((specifier) => !isRelative(specifier) && specifier !== 'node:crypto').map((name) => `${source.path} imports ${name}`),
      ...[...source.text.replaceAll(COMMENT, '').matchAll(/\bawait\b|\basync\b|\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bprocess\./g)].map(
        (match) => `${source.path} uses ${match[0]}`,
      ),
    ]);
    expect(impure.join('\n')).to.equal('');
  });

  it('gives bundled modules nothing but the public interface', () => {
    const reachingIn = bundled.flatMap((source) => {
      const own = source.path.split('/').slice(0, 2).join('/') + '/';
      return source.imports
        .filter((specifier) => (isRelative(specifier) ? !target(source, specifier).startsWith(own) : packageOf(specifier) === 'plexus'))
        .filter((specifier) => specifier !== 'plexus/module' && specifier !== 'plexus/testing')
        .map((specifier) => `${source.path} imports ${specifier}`);
    });
    expect(reachingIn.join('\n')).to.equal('');
  });

  it('has no source file of more than 300 lines', () => {
    const long = sources.filter((source) => source.text.split('\n').length > 301).map((source) => source.path);
    expect(long.filter((path) => !(path in longFiles)).join('\n')).to.equal('');
  });
});
