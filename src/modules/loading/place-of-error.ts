import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileTypeScript } from './compile-typescript.ts';
import { sourcesOf } from './fingerprint.ts';

/** A line of a stack, with the address of a file and the line in it. */
const FRAME = /(file:\/\/\S+?|\/[^()]+?)(?:\?plexus=\w*)?:(\d+):\d+\)?$/gm;

/** Where below a folder an error was thrown, as its stack says: ` (rules/words.ts:6)`; nothing where it was thrown elsewhere. */
export function placeOf(error: unknown, folder: string): string {
  const { stack = '' } = error instanceof Error ? error : {};
  for (const [, address = '', line] of stack.matchAll(FRAME)) {
    const file = address.startsWith('file:') ? fileURLToPath(address) : address;
    if (file.startsWith(join(folder, '/'))) return ` (${relative(folder, file)}:${line})`;
  }
  return '';
}

/** What is no JavaScript in a file or in what it imports, with its place, of which Node says nothing. */
export function syntaxErrorOf(file: string): unknown {
  for (const [path, content] of sourcesOf(file)) {
    if (!/\.[cm]?js$/.test(path)) continue;
    try {
      compileTypeScript(content, path);
    } catch (error) {
      return error;
    }
  }
  return undefined;
}
