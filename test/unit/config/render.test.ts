import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { defaultConfig, parseConfig } from '../../../src/config/config.ts';
import { Reading, type Keys, type Kind } from '../../../src/config/kind.ts';
import { renderConfig } from '../../../src/config/render.ts';
import { configKeys } from '../../../src/config/schema.ts';

const root = resolve(import.meta.dirname, '../../../..');

/** Every key with its path, those of list items too. */
function allKeys(keys: Keys, path = ''): [path: string, kind: Kind<unknown>][] {
  return Object.entries(keys).flatMap(([name, kind]) => [
    [`${path}${name}`, kind],
    ...allKeys({ ...kind.keys, ...kind.items?.keys }, `${path}${name}.`),
  ]);
}

describe('config.example.yaml', () => {
  it('is what the keys say (else: node build/scripts/generate-config-example.js)', () => {
    expect(readFileSync(join(root, 'config.example.yaml'), 'utf8')).to.equal(renderConfig());
  });

  it('is a valid configuration with all defaults', () => {
    expect(parseConfig(renderConfig())).to.deep.equal(defaultConfig());
  });

  it('names every key', () => {
    for (const [path] of allKeys(configKeys)) expect(renderConfig(), path).to.contain(path.split('.').at(-1));
  });

  it('shows examples that are valid', () => {
    for (const [path, kind] of allKeys(configKeys)) {
      const reading = new Reading('/', false);
      if (kind.example !== undefined) kind.read(kind.example, [path], reading);
      expect(reading.problems).to.deep.equal([]);
    }
  });

  it('explains every key', () => {
    const explainedByParent = /^(?:modules\..*|rate_limits\.\w+\.(?:per_second|burst))$/;
    const unexplained = allKeys(configKeys).filter(([path, kind]) => !kind.description && !explainedByParent.test(path));
    expect(unexplained.map(([path]) => path)).to.deep.equal([]);
  });
});

describe('renderConfig', () => {
  it('writes values in the place of defaults and examples', () => {
    const values = {
      server_name: 'example.org',
      public_baseurl: 'https://example.org',
      listeners: [{ port: 1, tls: { certificate: '/c', key: '/k' } }],
      registration: { mode: 'open', shared_secret: '${not} a variable: "quoted"\'' },
      rate_limits: { message: { burst: 7 } },
      modules: [{ module: 'plexus:demo', config: { blocked: ['@a:b'] } }],
    };
    expect(parseConfig(renderConfig(values))).to.deep.equal(defaultConfig(values));
  });
});
