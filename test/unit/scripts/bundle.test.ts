import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../../..');
const SOURCE = join(root, 'src');

/** The packages that are loaded when they are first needed. */
function packagesLoadedLate(): readonly string[] {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const found = files.flatMap((file) => [...readFileSync(join(SOURCE, file), 'utf8').matchAll(/await import\('([^.'][^']*)'\)/g)]);
  return [...new Set(found.map((match) => match[1] ?? ''))];
}

const isCommonJs = (name: string): boolean =>
  (JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as { type?: string }).type !== 'module';

describe('the bundle', () => {
  it('leaves out CommonJS packages that are loaded late, as import() of a bundled one yields the default alone', () => {
    const external = /external: \[(.*)\]/.exec(readFileSync(join(root, 'scripts/bundle.mjs'), 'utf8'))?.[1] ?? '';
    const late = packagesLoadedLate().filter(isCommonJs);
    expect(late).to.include('undici');
    for (const name of late) expect(external).to.include(`'${name}'`);
  });
});
