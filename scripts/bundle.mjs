// Puts the compiled server into a few files: Node spends most of a start on finding and parsing some thousand small ones.
// The folders inside build/bundle are those of build/src, so that what a file finds relative to itself stays where it was.
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '..');
const source = (file) => join(root, 'build/src', file);

rmSync(join(root, 'build/bundle'), { recursive: true, force: true });
await build({
  entryPoints: {
    'server/cli': source('server/cli.js'),
    // What modules import must be the running server's own, or their errors would be of another class.
    'modules/public': source('modules/public.js'),
    // The tests of modules begin at once, too.
    'testing/index': source('testing/index.js'),
    'modules/typescript': source('modules/typescript.js'),
    // The program of a thread that runs one module.
    'modules/isolation/thread': source('modules/isolation/thread.js'),
    'modules/loading/module-hooks': source('modules/loading/module-hooks.js'),
  },
  outdir: join(root, 'build/bundle'),
  chunkNames: 'modules/loading/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'warning',
  // Native code, and what is loaded only when it is needed.
  external: ['better-sqlite3', 'argon2', 'sharp', 'file-type', '@swc/wasm-typescript', 'plexus'],
  // Libraries in CommonJS ask for Node's modules by require.
  banner: { js: "import { createRequire as requireForLibraries } from 'node:module'; const require = requireForLibraries(import.meta.url);" },
});
