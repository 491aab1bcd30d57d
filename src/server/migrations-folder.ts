import { join } from 'node:path';
import { PACKAGE_FOLDER } from './package-folder.ts';

export const migrationsFolder = join(PACKAGE_FOLDER, 'migrations');
