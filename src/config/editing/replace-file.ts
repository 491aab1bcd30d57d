import { chmodSync, chownSync, closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';

/**
 * Puts another text into a file, which keeps its owner and mode: whoever reads it finds the old text or the new one, also after a crash.
 * @throws Error of the file system; then the file is as it was
 */
export function replaceFile(file: string, text: string): void {
  // A link stays a link.
  const place = realpathSync(file);
  const { mode, uid, gid } = statSync(place);
  const beside = `${place}.${randomBytes(6).toString('hex')}.new`;
  const descriptor = openSync(beside, 'wx', 0o600);
  try {
    try {
      writeFileSync(descriptor, text);
      const made = statSync(beside);
      if (made.uid !== uid || made.gid !== gid) chownSync(beside, uid, gid);
      chmodSync(beside, mode);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(beside, place);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
  syncFolder(dirname(place));
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
