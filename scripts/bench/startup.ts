import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boot } from '../../src/testing/index.ts';

export interface Startup {
  /** From the start of the process to its first answer, in ms. */
  readonly firstAnswer: number;
  /** Resident memory when idle, in MiB. */
  readonly memory: number;
}

/** Starts the server as `npm start` does, with a database that is there already. */
export async function measureStartup(): Promise<Startup> {
  const folder = mkdtempSync(join(tmpdir(), 'plexus-bench-'));
  const port = await freePort();
  const file = join(folder, 'config.yaml');
  writeFileSync(file, `server_name: localhost\ndata_dir: ${folder}\nlisteners: [{ port: ${port} }]\nlog: { level: error }\n`);
  try {
    await once(file, port);
    return await once(file, port);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the test kit's server costs a process that has started one before, `count` times: CPU time in ms, sorted. */
export async function testStarts(count: number): Promise<readonly number[]> {
  const found: number[] = [];
  await (await boot()).close();
  while (found.length < count) {
    const before = process.cpuUsage();
    const server = await boot();
    const { user, system } = process.cpuUsage(before);
    found.push((user + system) / 1_000);
    await server.close();
  }
  return found.toSorted((one, other) => one - other);
}

async function once(file: string, port: number): Promise<Startup> {
  const started = performance.now();
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../../scripts/bootstrap.mjs'), 'start', '--config', file], {
    stdio: 'ignore',
  });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  while (!(await answers(port))) await new Promise((resolve) => setTimeout(resolve, 5));
  const firstAnswer = performance.now() - started;
  const kibibytes = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)], { encoding: 'utf8' }));
  child.kill('SIGTERM');
  await gone;
  return { firstAnswer, memory: kibibytes / 1024 };
}

const answers = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/_matrix/client/versions`).then(
    (reply) => reply.ok,
    () => false,
  );

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
