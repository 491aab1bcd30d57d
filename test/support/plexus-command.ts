import { execFile, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { plexusProgram } from './command-line.ts';

/** What a command printed. */
export interface Said {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the `plexus` command in a process of its own, beside whatever runs in this one. @param cwd the folder that its shell is in */
export function plexus(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Said> {
  return new Promise((done) => {
    execFile(process.execPath, ['-e', plexusProgram(args)], { cwd, env: { ...process.env, ...env } }, (_error, stdout, stderr) =>
      done({ stdout, stderr }),
    );
  });
}

/** Runs the `plexus` command likewise, and halts this process until it has ended, for half a minute at most. @param cwd the folder that its shell is in */
export function plexusInTurn(cwd: string, args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, ['-e', plexusProgram(args)], { cwd, encoding: 'utf8', timeout: 30_000 });
}
