import { parseByteSize as byteSize } from '../core/byte-size.ts';
import { parseDuration as duration } from '../core/duration.ts';
import { ConfigError } from './config-error.ts';

type Path = ConfigError['path'];

/**
 * Reads a duration of a module's configuration: `5d`, `30m`, or a number of ms. A year is 365 days.
 * @param path where it stands, seen from the module's `config`
 * @returns ms
 * @throws ConfigError at that place, which names the accepted forms
 */
export const parseDuration = (value: unknown, path?: Path): number => at(path, () => duration(value));

/**
 * Reads a size of a module's configuration: `50MiB`, or a number of bytes.
 * @param path where it stands, seen from the module's `config`
 * @returns bytes
 * @throws ConfigError at that place, which names the accepted forms
 */
export const parseByteSize = (value: unknown, path?: Path): number => at(path, () => byteSize(value));

function at(path: Path | undefined, read: () => number): number {
  try {
    return read();
  } catch (error) {
    throw new ConfigError((error as Error).message, path);
  }
}
