import { expect } from 'chai';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { plexusProgram } from '../../support/command-line.ts';

const template = resolve(import.meta.dirname, '../../../../templates/module');

/** Processes of their own, as they are for whoever writes a module. */
describe('plexus test-module', function () {
  this.timeout(60_000);
  let folder: string, running: ChildProcess | undefined;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'plexus-test-'))));
  afterEach(async () => {
    if (running !== undefined) {
      const ended = once(running, 'exit');
      running.kill();
      await ended;
      running = undefined;
    }
    rmSync(folder, { recursive: true });
  });
  const write = (file: string, text: string): void => writeFileSync(join(folder, file), text);
  const program = (...args: string[]): string[] => ['-e', plexusProgram(['test-module', ...args])];
  const test = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, program(...args), { cwd: folder, encoding: 'utf8' });
  const expecting = (value: string): string =>
    `import { it } from 'node:test';\nimport { word } from './word.ts';\nit('knows ${value}', () => { if (word !== '${value}') throw new Error(word); });`;

  it('runs the tests of the template against a whole server, with nothing installed beside it', () => {
    const { status, stdout } = spawnSync(process.execPath, program(), { cwd: template, encoding: 'utf8' });
    expect(stdout).to.match(/✔ my-policy \(.*✔ my-policy, like every module,.*ℹ pass \d+\n.*ℹ fail 0\n/s);
    expect(status).to.equal(0);
  });

  it('fails with those that fail, finds them anywhere but in packages, and runs those that are named', () => {
    write('word.ts', `export const word: string = 'one';`);
    for (const place of ['node_modules', 'deep']) mkdirSync(join(folder, place));
    write('good.test.ts', expecting('one'));
    write('deep/bad.test.js', `throw new Error('as asked for');`);
    write('node_modules/other.test.js', `throw new Error('not mine');`);
    const all = test();
    expect(all.stdout).to.contain('as asked for').and.to.contain('✔ knows one').and.not.to.contain('not mine');
    expect([all.status, test('good.test.ts').status]).to.deep.equal([1, 0]);
  });

  it('says where there are none', () => {
    expect(test()).to.deep.include({ status: 1, stderr: `There are no tests here: no file below ${folder} is called *.test.ts\n` });
  });

  it('runs those again that have to do with what is saved', async () => {
    write('word.ts', `export const word: string = 'one';`);
    write('first.test.ts', expecting('one'));
    write('second.test.ts', `import { it } from 'node:test';\nit('is alone', () => undefined);`);
    running = spawn(process.execPath, program('--watch'), { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
    const results: string[] = [];
    for await (const line of createInterface(running.stdout!)) {
      const [result] = /^[✔✖] .*(?= \()/.exec(line) ?? [];
      if (result !== undefined) results.push(result);
      if (!line.startsWith('ℹ duration')) continue;
      if (results.length === 2) write('word.ts', `export const word: string = 'two';`);
      else if (results.at(-1) === '✔ knows two') break;
      else write('first.test.ts', expecting('two'));
    }
    expect(results.slice(0, 2)).to.have.members(['✔ knows one', '✔ is alone']);
    expect([...new Set(results.slice(2))]).to.deep.equal(['✖ knows one', '✔ knows two']);
  });
});
