import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the package, seen from build/src/server/. */
export const PACKAGE_FOLDER = join(import.meta.dirname, '../../..');

export const VERSION = (JSON.parse(readFileSync(join(PACKAGE_FOLDER, 'package.json'), 'utf8')) as { version: string }).version;
