import { expect } from 'chai';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const scripts = resolve(import.meta.dirname, '../../../../scripts/bootstrap');
const load = async <T>(name: string): Promise<T> => (await import(pathToFileURL(join(scripts, name)).href)) as T;

const { isInstalled, currentStamp } = await load<{ isInstalled(root: string): boolean; currentStamp(root: string): string }>('install.mjs');
const { sourceStamp, removeOrphans } = await load<{ sourceStamp(root: string): string; removeOrphans(root: string): void }>('build.mjs');
const { explainOldNode } = await load<{ explainOldNode(version: string): string | undefined }>('node-version.mjs');

describe('bootstrap', () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'plexus-bootstrap-'))));
  afterEach(() => rmSync(root, { recursive: true }));

  function write(name: string, content: unknown = ''): void {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), typeof content === 'string' ? content : JSON.stringify(content));
  }

  describe('isInstalled', () => {
    const stamp = 'node_modules/.plexus-installed';
    const lock = { packages: { '': {}, 'node_modules/a': { version: '1.0.0' }, 'node_modules/only-for-macs': { version: '1.0.0', optional: true } } };
    const installed = (version: string): object => ({ packages: { 'node_modules/a': { version }, 'node_modules/extra': { version: '2.0.0' } } });
    beforeEach(() => write('package-lock.json', lock));

    it('says no without node_modules', () => expect(isInstalled(root)).to.equal(false));

    it('says no to a node_modules of which nothing is known', () => {
      mkdirSync(join(root, 'node_modules'));
      expect(isInstalled(root)).to.equal(false);
    });

    it('believes its stamp, until the lock file changes', () => {
      write(stamp, currentStamp(root));
      expect(isInstalled(root)).to.equal(true);
      write('package-lock.json', { packages: { '': {}, 'node_modules/a': { version: '1.0.1' } } });
      expect(isInstalled(root)).to.equal(false);
    });

    it('recognises what npm installed by hand, and stamps it', () => {
      write('node_modules/.package-lock.json', installed('1.0.0'));
      expect(isInstalled(root)).to.equal(true);
      expect(existsSync(join(root, stamp))).to.equal(true);
    });

    it('says no where npm installed another version', () => {
      write('node_modules/.package-lock.json', installed('0.9.0'));
      expect(isInstalled(root)).to.equal(false);
    });

    it('says no where native modules were compiled for another Node', () => {
      write('node_modules/.package-lock.json', installed('1.0.0'));
      write(stamp, `linux-x64-1 ${currentStamp(root).split(' ')[1]}`);
      expect(isInstalled(root)).to.equal(false);
    });

    it('leaves a linked node_modules alone', () => {
      mkdirSync(join(root, 'elsewhere'));
      symlinkSync(join(root, 'elsewhere'), join(root, 'node_modules'));
      expect(isInstalled(root)).to.equal(true);
    });
  });

  describe('sourceStamp', () => {
    beforeEach(() => {
      for (const name of ['tsconfig.json', 'package-lock.json', 'scripts/bundle.mjs', 'src/a.ts', 'src/deep/b.ts', 'test/c.ts']) write(name);
    });

    const changes: [what: string, change: () => void][] = [
      ['a file that is touched', () => utimesSync(join(root, 'src/deep/b.ts'), 1, 1)],
      ['a new file', () => write('modules/demo/index.ts')],
      ['a file that is gone', () => rmSync(join(root, 'src/a.ts'))],
      ['other compiler settings', () => write('tsconfig.json', '{"compilerOptions":{}}')],
    ];
    for (const [what, change] of changes) {
      it(`notices ${what}`, () => {
        const before = sourceStamp(root);
        expect(sourceStamp(root)).to.equal(before);
        change();
        expect(sourceStamp(root)).to.not.equal(before);
      });
    }
  });

  it('removes what was compiled from a file that is gone, and nothing else', () => {
    for (const name of ['src/a.ts', 'build/src/a.js', 'build/src/a.js.map', 'build/src/a.d.ts', 'build/test/b.test.js', 'build/test/notes.txt'])
      write(name);
    removeOrphans(root);
    expect(['src/a.js', 'src/a.js.map', 'src/a.d.ts', 'test/notes.txt'].every((name) => existsSync(join(root, 'build', name)))).to.equal(true);
    expect(existsSync(join(root, 'build/test/b.test.js'))).to.equal(false);
  });

  it('explains that Node is too old', () => {
    for (const version of ['20.19.0', '20.20.2', '22.0.0', '24.1.0']) expect(explainOldNode(version), version).to.equal(undefined);
    for (const version of ['20.18.3', '18.20.0', '8.0.0']) expect(explainOldNode(version), version).to.contain(`20.19 or newer; this is ${version}`);
  });
});
