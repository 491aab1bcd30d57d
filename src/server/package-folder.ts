import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the package, found upwards from this file, wherever the build has put it. */
export const PACKAGE_FOLDER = ((): string => {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) throw new Error('The package.json of Plexus is missing: the installation is not complete');
  }
})();
