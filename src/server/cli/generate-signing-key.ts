import { writeFileSync } from 'node:fs';
import { generateSigningKeyLine } from '../../config/signing-key.ts';
import { CommandFailed } from './command-failed.ts';

/**
 * Writes a new signing key to a file that only its owner can read, or to the standard output.
 * @throws CommandFailed when the file exists or cannot be written
 */
export function generateSigningKey(output: string | undefined): void {
  const line = generateSigningKeyLine();
  if (output === undefined) {
    process.stdout.write(line);
    return;
  }
  try {
    writeFileSync(output, line, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    throw new CommandFailed(`${output} cannot be written: ${(error as Error).message}`);
  }
}
