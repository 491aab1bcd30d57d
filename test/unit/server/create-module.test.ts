import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { boot, expectError } from '../../../src/testing/index.ts';
import { plexusProgram } from '../../support/command-line.ts';

const root = resolve(import.meta.dirname, '../../../..');

interface Package {
  readonly name: string;
  readonly version: string;
  readonly devDependencies: Readonly<Record<string, string>>;
}
const packageIn = (folder: string): Package => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package;

describe('plexus create-module', function () {
  this.timeout(30_000);
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'plexus-create-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  function create(...args: string[]): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(process.execPath, ['-e', plexusProgram(['create-module', ...args, '--no-install'])], { cwd: folder, encoding: 'utf8' });
  }

  it('makes a module that works, and tells in three lines how to go on', async () => {
    const { stdout, stderr } = create('rules');
    const made = join(folder, 'rules');
    const files = ['.github/workflows/test.yml', '.gitignore', 'README.md', 'index.test.ts', 'index.ts', 'package.json', 'tsconfig.json'];
    for (const file of files) expect(readFileSync(join(made, file), 'utf8'), file).to.not.contain('my-policy');
    expect([stderr, readdirSync(made)]).to.deep.equal(['', ['.github', ...files.slice(1)]]);
    expect(stdout).to.match(
      /^Made rules: .*index\.ts.*\nTest it: cd rules .*npm test.*\nLoad it: modules: \[\{ module: ".*rules\/index\.ts" \}\].*\n$/,
    );
    const server = await boot({ modules: [{ module: join(made, 'index.ts') }] });
    const alice = await server.user('alice');
    const room = await alice.createRoom();
    await expectError(alice.send(room, 'party'), 403, 'M_FORBIDDEN');
    expect(server.decisions[0]?.module).to.equal('rules');
    await server.close();
  });

  it('depends on the Plexus that it comes from, with the compiler and types that this one has', () => {
    create('rules');
    const { devDependencies } = packageIn(join(folder, 'rules'));
    const own = packageIn(root).devDependencies;
    for (const name of ['typescript', '@types/node']) expect(devDependencies[name], name).to.equal(own[name]);
    expect(resolve(folder, 'rules', devDependencies['plexus']?.replace('file:', '') ?? '')).to.equal(root);
  });

  it('can depend on another: a tarball comes along, a version is written as it is', () => {
    writeFileSync(join(folder, 'plexus-9.9.9.tgz'), 'packed');
    create('@acme/rules', '--dir', 'new', '--plexus', './plexus-9.9.9.tgz');
    expect(packageIn(join(folder, 'new'))).to.deep.include({ name: '@acme/rules', version: '0.1.0' });
    expect(packageIn(join(folder, 'new')).devDependencies['plexus']).to.equal('file:vendor/plexus-9.9.9.tgz');
    expect(readFileSync(join(folder, 'new/vendor/plexus-9.9.9.tgz'), 'utf8')).to.equal('packed');
    expect(readFileSync(join(folder, 'new/index.ts'), 'utf8')).to.contain("name: 'rules'");
    create('other', '--plexus', '^1.2.3');
    expect(packageIn(join(folder, 'other')).devDependencies['plexus']).to.equal('^1.2.3');
    expect(create('none', '--plexus', './none.tgz')).to.deep.include({ status: 1, stderr: `There is no Plexus in ${join(folder, 'none.tgz')}\n` });
    expect(existsSync(join(folder, 'none'))).to.equal(false);
  });

  it('writes nothing over, and takes a new repository', () => {
    mkdirSync(join(folder, 'mine/.git'), { recursive: true });
    writeFileSync(join(folder, 'mine/notes.txt'), 'mine');
    const refused = create('mine');
    expect(refused.status).to.equal(1);
    expect(refused.stderr).to.match(
      /mine is not empty \(notes\.txt\), and nothing in it is written over: choose another name, or a folder with --dir\n$/,
    );
    expect(readdirSync(join(folder, 'mine'))).to.deep.equal(['.git', 'notes.txt']);
    expect(create('other', '--dir', 'mine/notes.txt').stderr).to.match(/notes\.txt is a file: /);
    rmSync(join(folder, 'mine/notes.txt'));
    expect(create('mine').status).to.equal(0);
  });

  it('says why a name is none', () => {
    const reasons = {
      'My Rules': /URL-friendly/,
      '.rules': /cannot start with a (?:dot|period)/,
      node_modules: /not a valid package name/,
      plexus: /is the name of the server/,
    };
    for (const [name, reason] of Object.entries(reasons)) {
      const { status, stderr } = create(name);
      expect([name, status, reason.test(stderr) ? 'fits' : stderr]).to.deep.equal([name, 1, 'fits']);
    }
    expect(readdirSync(folder)).to.deep.equal([]);
  });
});
