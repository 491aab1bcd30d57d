import * as nodeModule from 'node:module';
import { load, resolve } from './module-hooks.ts';

/** What Node has to import first for `installHooks` in a process of its own. */
export const TYPESCRIPT = new URL('../typescript.js', import.meta.url).href;

let installed = false;

/**
 * Lets modules and their tests import the running server as `plexus/module` and `plexus/testing`, and be TypeScript. Once a process, and only when
 * there is a module that needs it.
 */
export function installHooks(): void {
  if (installed) return;
  installed = true;
  // Of what is compiled while it is loaded nobody has ever seen the JavaScript.
  process.setSourceMapsEnabled(true);
  // Node 20 has only the hooks that run in a thread of their own.
  if ('registerHooks' in nodeModule) nodeModule.registerHooks({ resolve, load });
  else (nodeModule as { register: (specifier: URL) => void }).register(new URL('./module-hooks.js', import.meta.url));
}
