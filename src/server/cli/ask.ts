import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { CommandFailed } from './command-failed.ts';

/** Asks at the terminal. */
export const ask = (question: string): Promise<string> => answerTo(question, process.stderr);

/** Asks without showing what is typed. */
export const askSecretly = (question: string): Promise<string> => {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  return answerTo('', nowhere).finally(() => process.stderr.write('\n'));
};

function answerTo(question: string, output: NodeJS.WritableStream): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output, terminal: process.stdin.isTTY });
  return new Promise((resolve, reject) => {
    terminal.question(question, (answer) => {
      resolve(answer);
      terminal.close();
    });
    terminal.once('close', () =>
      reject(new CommandFailed('There was no answer, as the input ended; what is asked for can be given as an option, too: see --help')),
    );
  });
}
