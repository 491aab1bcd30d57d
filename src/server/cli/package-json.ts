import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What commands look at in a package.json. */
export interface PackageJson {
  readonly name?: string;
  readonly version?: string;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  /** What has to be compiled, or fetched compiled, when it is installed. */
  readonly allowScripts?: Readonly<Record<string, boolean>>;
}

/** The package.json of a folder; nothing is in it where there is none. @throws SyntaxError */
export function packageJsonIn(folder: string): PackageJson {
  const file = join(folder, 'package.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as PackageJson) : {};
}
