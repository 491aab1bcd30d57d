import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = resolve(import.meta.dirname, '../../..');
const { isBuilt } = (await import(pathToFileURL(join(root, 'scripts/bootstrap/build.mjs')).href)) as { isBuilt(root: string): boolean };
/** What `npm start` runs, where it has been bundled since the sources changed: it starts in half the time. */
const COMMAND_LINE = pathToFileURL(join(root, isBuilt(root) ? 'build/bundle/server/cli.js' : 'build/src/server/cli.js')).href;

/** The `plexus` command as a program for `node -e`. @param args what stands after its name */
export const plexusProgram = (args: readonly string[]): string =>
  `import(${JSON.stringify(COMMAND_LINE)}).then(({ runCommandLine }) => runCommandLine(${JSON.stringify(args)}))`;
