#!/usr/bin/env node
// The `plexus` command: of an installed package it is the built command line itself, of a clone it builds first.
import { existsSync } from 'node:fs';

const isClone = existsSync(new URL('../package-lock.json', import.meta.url)) && existsSync(new URL('../tsconfig.json', import.meta.url));
if (isClone) await import('./bootstrap.mjs');
else {
  const { runCommandLine } = await import('../build/bundle/server/cli.js');
  await runCommandLine(process.argv.slice(2));
}
