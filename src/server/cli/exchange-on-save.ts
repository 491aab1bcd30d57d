import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { loadConfig } from '../../config/config.ts';
import { ConfigurationError } from '../../config/configuration-error.ts';
import { moduleFile, sourcesOf } from '../../modules/index.ts';
import { FileWatch, type Saved } from './file-watch.ts';
import { WAITING, type LiveConfiguration } from './live-configuration.ts';

/**
 * Development mode: whenever the configuration or something of a module that is a file is saved, what has changed is exchanged. What cannot
 * be started leaves what runs as it is.
 * @param say is told what became live, and what did not
 */
export function exchangeOnSave(live: LiveConfiguration, say: (line: string) => void): void {
  const file = resolve(live.file);
  let modules: readonly string[] = [];
  const sources = (): ReadonlyMap<string, string> => {
    modules = listedFiles(file) ?? modules;
    return new Map([[file, existsSync(file) ? readFileSync(file, 'utf8') : ''], ...modules.flatMap((path) => [...sourcesOf(path)])]);
  };
  const exchange = async ({ files, noticed }: Saved): Promise<void> => {
    try {
      const { started, ended } = await live.reload();
      const changes = [...started, ...ended.filter((name) => !started.includes(name)).map((name) => `${name} has ended`)];
      if (changes.length > 0) say(`Live after ${Math.ceil(performance.now() - noticed)} ms: ${changes.join(', ')}`);
      if (files.includes(file) && live.hasWaiting) say(WAITING);
    } catch (error) {
      say(`Not live; what ran goes on. ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  new FileWatch(sources, exchange).start();
  say(`Development: whatever is saved of ${live.file} and of modules that are files is live at once.`);
}

/** The files that a configuration names as modules; undefined when it is not in order. */
function listedFiles(file: string): readonly string[] | undefined {
  try {
    return loadConfig(file).modules.flatMap(({ module }) => (typeof module === 'string' ? (moduleFile(module, dirname(file)) ?? []) : []));
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined;
    throw error;
  }
}
