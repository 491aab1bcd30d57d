import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of migrations, found upwards from the compiled program. */
export const migrationsFolder = ((): string => {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const candidate = join(folder, 'migrations');
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) throw new Error('The folder "migrations" is missing: the installation is not complete');
  }
})();
