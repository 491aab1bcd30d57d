/**
 * Sees to what happens when whoever reads the output ends early, as `| head` does, or it cannot be written. A server goes on without it: nobody
 * is to lose it because a log was cut off. Any other command has nobody left to talk to, and ends.
 */
export function mindClosedOutput(isServer: boolean): void {
  for (const output of [process.stdout, process.stderr]) {
    output.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      if (isServer) return;
      if (code === 'EPIPE') process.exit();
      // The other output may be the one that still works.
      console.error(`The output cannot be written: ${message}`);
      process.exit(1);
    });
  }
}
