import { existsSync, readFileSync } from 'node:fs';
import type { ResolveFnOutput, ResolveHookContext, LoadFnOutput, LoadHookContext } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compileTypeScript } from './compile-typescript.ts';

/** Marks a package that is to be resolved from a folder, not from the file that imports it. */
const FROM_FOLDER = 'plexus-from-folder:';
const TYPESCRIPT = /\.m?ts$/;

/** A specifier that imports a package as a file in that folder would. */
export const fromFolder = (specifier: string, folder: string): string => `${FROM_FOLDER}${JSON.stringify([specifier, folder])}`;

type Next<Context, Output> = (specifier: string, context?: Partial<Context>) => Output;

/*
 * The same two functions serve Node's synchronous hooks (Node 22.15 and later) and the asynchronous ones, which run in a thread of their
 * own: they never wait for what comes after them.
 */

/** `plexus/module` is the running server wherever the importing file lies; `./x.js` may be a TypeScript file. */
export function resolve(specifier: string, context: ResolveHookContext, next: Next<ResolveHookContext, ResolveFnOutput>): ResolveFnOutput {
  if (specifier === 'plexus/module') return { url: new URL('../public.js', import.meta.url).href, shortCircuit: true };
  if (specifier.startsWith(FROM_FOLDER)) {
    const [name, folder] = JSON.parse(specifier.slice(FROM_FOLDER.length)) as [string, string];
    return next(name, { ...context, parentURL: pathToFileURL(`${folder}/`).href });
  }
  return next(typeScriptSibling(specifier, context.parentURL) ?? specifier, context);
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
  if (!url.startsWith('file:') || !TYPESCRIPT.test(url)) return next(url, context);
  const file = fileURLToPath(url);
  return { format: 'module', source: compileTypeScript(readFileSync(file, 'utf8'), file), shortCircuit: true };
}
