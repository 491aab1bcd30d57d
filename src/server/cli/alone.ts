import { lockFolder } from '../../store/drivers/folder-lock.ts';
import { CommandFailed } from './command-failed.ts';

/** Does something to a data folder that no server may be using. @throws CommandFailed when one does */
export async function alone<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const lock = lockFolder(folder);
  if (lock === undefined) throw new CommandFailed(`A server runs on ${folder}: end it first.`);
  try {
    return await work();
  } finally {
    lock.release();
  }
}
