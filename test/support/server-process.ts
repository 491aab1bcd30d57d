import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { plexusProgram } from './command-line.ts';

const CONFIG = `
server_name: localhost
listeners: [{ port: 0, bind_addresses: [127.0.0.1] }]
registration: { mode: open, open_to: everyone }
rate_limits: { enabled: false }
passwords: { cost: test }
log: { level: silent }
`;

/** The server started from the command line did not come up. */
export class StartFailed extends Error {
  override readonly name = 'StartFailed';
  readonly code: number | null;

  constructor(code: number | null, said: string) {
    super(said);
    this.code = code;
  }
}

/** A server as it really runs: a process of its own with its data on the disk. */
export class ServerProcess {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(child: ChildProcess, lines: AsyncIterator<string>, url: string) {
    this.#child = child;
    this.#lines = lines;
    this.url = url;
  }

  /**
   * Starts a server and waits until it listens.
   * @param folder where its configuration is written and its data lie
   * @param more keys of the configuration, in YAML
   * @param options of the command line
   * @throws StartFailed with what it said
   */
  static async start(folder: string, more = '', options: readonly string[] = []): Promise<ServerProcess> {
    const args = ['start', '--config', ServerProcess.configure(folder, more), ...options];
    const child = spawn(process.execPath, ['-e', plexusProgram(args)], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = once(child, 'exit') as Promise<[number | null]>;
    const lines = createInterface(child.stderr)[Symbol.asyncIterator]();
    const said: string[] = [];
    for (let line = await lines.next(); line.done !== true; line = await lines.next()) {
      said.push(line.value);
      const url = /listens on (http:\S+)/.exec(line.value)?.[1];
      if (url !== undefined) return new ServerProcess(child, lines, url);
    }
    throw new StartFailed((await ended)[0], said.join('\n'));
  }

  /** Writes its configuration. @returns the file */
  static configure(folder: string, more: string): string {
    const file = join(folder, 'config.yaml');
    writeFileSync(file, `${CONFIG}data_dir: ${JSON.stringify(join(folder, 'data'))}\n${more}`);
    return file;
  }

  /** Waits until it says a line that fits, and passes over those before. @returns the line */
  async says(pattern: RegExp): Promise<string> {
    const passed: string[] = [];
    for (let line = await this.#lines.next(); line.done !== true; line = await this.#lines.next()) {
      if (pattern.test(line.value)) return line.value;
      passed.push(line.value);
    }
    throw new Error(`It never said ${pattern}, but\n${passed.join('\n')}`);
  }

  /** Ends it as a power cut would: nothing that it holds in memory is saved. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** Ends it as an administrator does. */
  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    await ended;
  }
}
