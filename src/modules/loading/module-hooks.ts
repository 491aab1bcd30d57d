import { existsSync, readFileSync } from 'node:fs';
import type { ResolveFnOutput, ResolveHookContext, LoadFnOutput, LoadHookContext } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compileTypeScript } from './compile-typescript.ts';

/** Marks a package that is to be resolved from a folder, not from the file that imports it. */
const FROM_FOLDER = 'plexus-from-folder:';
const TYPESCRIPT = /\.m?ts$/;

/** Behind the address of code that has changed since it was first imported: Node never forgets what it has imported under one address. */
const VERSION = /\?plexus=\w*$/;

/** A specifier that imports a package as a file in that folder would. @param version see `versioned` */
export const fromFolder = (specifier: string, folder: string, version: string): string =>
  `${FROM_FOLDER}${JSON.stringify([specifier, folder, version])}`;

/** The address of one version of some code; what it imports from beside itself is imported in that version, too. */
export const versioned = (url: string, version: string): string => (version === '' ? url : `${url}?plexus=${version}`);

type Next<Context, Output> = (specifier: string, context?: Partial<Context>) => Output;

/*
 * The same two functions serve Node's synchronous hooks (Node 22.15 and later) and the asynchronous ones, which run in a thread of their
 * own: they never wait for what comes after them.
 */

/** What is this server's own wherever the importing file lies. */
const OWN: ReadonlyMap<string, string> = new Map([
  ['plexus/module', '../public.js'],
  ['plexus/testing', '../../testing/index.js'],
]);

/** `plexus/module` is the running server; `./x.js` may be a TypeScript file. */
export function resolve(specifier: string, context: ResolveHookContext, next: Next<ResolveHookContext, ResolveFnOutput>): ResolveFnOutput {
  const own = OWN.get(specifier);
  if (own !== undefined) return { url: new URL(own, import.meta.url).href, shortCircuit: true };
  if (specifier.startsWith(FROM_FOLDER)) {
    const [name, folder, version] = JSON.parse(specifier.slice(FROM_FOLDER.length)) as [string, string, string];
    return inVersion(next(name, { ...context, parentURL: pathToFileURL(`${folder}/`).href }), version);
  }
  const parent = context.parentURL?.replace(VERSION, '');
  const [version = ''] = VERSION.exec(context.parentURL ?? '') ?? [];
  const sibling = typeScriptSibling(specifier, parent) ?? specifier;
  return next(version !== '' && specifier.startsWith('.') ? `${sibling}${version}` : sibling, context);
}

/** The asynchronous hooks are given a promise. */
function inVersion(found: ResolveFnOutput | Promise<ResolveFnOutput>, version: string): ResolveFnOutput {
  if (found instanceof Promise) return found.then((output) => inVersion(output, version)) as unknown as ResolveFnOutput;
  return { ...found, url: versioned(found.url, version) };
}

/** TypeScript files name their neighbours as they will be called once compiled, or leave the ending out. */
function typeScriptSibling(specifier: string, parent: string | undefined): string | undefined {
  if (parent === undefined || !specifier.startsWith('.') || !TYPESCRIPT.test(parent)) return undefined;
  const written = new URL(specifier, parent);
  if (existsSync(written)) return undefined;
  const candidates = [written.href.replace(/\.(m?)js$/, '.$1ts'), `${written.href}.ts`];
  return candidates.find((candidate) => candidate !== written.href && existsSync(new URL(candidate)));
}

export function load(url: string, context: LoadHookContext, next: Next<LoadHookContext, LoadFnOutput>): LoadFnOutput {
  const place = url.replace(VERSION, '');
  if (!place.startsWith('file:') || !TYPESCRIPT.test(place)) return next(url, context);
  const file = fileURLToPath(place);
  return { format: 'module', source: compileTypeScript(readFileSync(file, 'utf8'), file), shortCircuit: true };
}
