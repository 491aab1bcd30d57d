import { expect } from 'chai';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

  describe('against another Plexus', () => {
    const { version } = JSON.parse(readFileSync(resolve(template, '../../package.json'), 'utf8')) as { version: string };
    /** One that says how it was called, and whose tests come to this. */
    const otherPlexus = (place: string, code: number): void => {
      mkdirSync(join(folder, place, 'scripts'), { recursive: true });
      write(join(place, 'package.json'), JSON.stringify({ version: '0.9.9', exports: { './testing': './testing.js' } }));
      write(join(place, 'scripts/plexus.mjs'), `console.log(...process.argv.slice(2)); process.exitCode = ${code};`);
    };
    /** An npm that installs what lies in this folder. */
    const against = (wish: string, installs: string): ReturnType<typeof test> => {
      mkdirSync(join(folder, 'bin'), { recursive: true });
      writeFileSync(join(folder, 'bin/npm'), `#!/bin/sh\nmkdir node_modules && cp -r '${join(folder, installs)}' node_modules/plexus\n`, {
        mode: 0o755,
      });
      const env = { ...process.env, PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}` };
      return spawnSync(process.execPath, program('--against', wish, 'word.test.ts'), { cwd: folder, encoding: 'utf8', env });
    };
    const moduleThat = (requires: string): void => {
      write('package.json', JSON.stringify({ name: '@acme/words', type: 'module', exports: './index.ts' }));
      write('index.ts', `import { defineModule } from 'plexus/module';\nexport default defineModule({ name: 'words', ${requires} setup() {} });`);
    };
    beforeEach(() => {
      write('word.ts', `export const word: string = 'one';`);
      write('word.test.ts', expecting('one'));
    });

    it('lets that one run them, and fails where one of several fails', () => {
      otherPlexus('good', 0);
      otherPlexus('bad', 1);
      const one = test('--against', './good', 'word.test.ts');
      expect(one).to.deep.include({ status: 0, stdout: 'test-module word.test.ts\n', stderr: 'Against Plexus 0.9.9 (./good)\n' });
      expect(test('--against', './bad', '--against', './good')).to.deep.include({ status: 1, stdout: 'test-module\ntest-module\n' });
      expect(test('--against', './none').stderr).to.equal(`There is no Plexus in ${join(folder, 'none')}\n`);
    });

    it('finds the lowest that the module takes, whether or not that is this one', () => {
      moduleThat(`requires: '${version}',`);
      const own = test('--against', 'lowest');
      expect(own.stdout).to.contain('✔ knows one');
      expect(own).to.deep.include({ status: 0, stderr: `Against Plexus ${version} (lowest), which is this one\n` });
      moduleThat(`requires: '0.9',`);
      otherPlexus('good', 0);
      expect(against('lowest', 'good').stderr).to.equal('Installing Plexus 0.9.0 ...\nAgainst Plexus 0.9.9 (lowest)\n');
      moduleThat(`requires: 'soon',`);
      expect(test('--against', 'lowest').stderr).to.equal(`requires: "soon" is not a version of Plexus, as in '0.1' or '1.2.3'\n`);
      moduleThat('');
      expect(test('--against', 'lowest'))
        .to.include({ status: 1 })
        .and.have.property('stderr')
        .that.contains('@acme/words does not say which Plexus it requires');
    });

    it('only warns of the next one, and takes nothing for it that is none', () => {
      otherPlexus('bad', 1);
      expect(against('next', 'bad'))
        .to.include({ status: 0 })
        .and.have.property('stderr')
        .that.contains('Warning: the tests fail against the next Plexus');
      expect(against('0.9.9', 'bad').status).to.equal(1);
      mkdirSync(join(folder, 'foreign'));
      write('foreign/package.json', '{ "version": "1.0.0" }');
      expect(against('next', 'foreign').stderr).to.contain('There is no next Plexus to test against (next is no Plexus)');
      expect(against('1.0.0', 'foreign')).to.include({ status: 1 }).and.have.property('stderr').that.contains('1.0.0 is no Plexus');
    });
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
