import { expect } from 'chai';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../../src/config/config.ts';
import { ConfigurationError } from '../../../src/config/configuration-error.ts';
import { prepareDataFolder, writeFirstConfig } from '../../../src/config/first-start.ts';
import { insecurities } from '../../../src/config/insecurities.ts';
import { readSigningKey } from '../../../src/config/signing-key.ts';

describe('first start', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'plexus-first-start-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const at = (name: string): string => join(folder, name);
  const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

  it('writes a configuration that only its owner can read and only this machine can reach', () => {
    writeFirstConfig(at('config.yaml'));
    const config = loadConfig(at('config.yaml'), {});
    expect(modeOf(at('config.yaml'))).to.equal('600');
    expect(config.server_name).to.equal('localhost');
    expect(config.listeners.map(({ port, bind_addresses }) => ({ port, bind_addresses }))).to.deep.equal([
      { port: 8008, bind_addresses: ['127.0.0.1'] },
    ]);
    expect(config.registration).to.include({ mode: 'open', open_to: 'loopback' });
    expect(config.data_dir).to.equal(at('data'));
    expect(insecurities(config)).to.deep.equal([]);
  });

  it('gives each configuration a secret of its own', () => {
    for (const name of ['a.yaml', 'b.yaml']) writeFirstConfig(at(name));
    const [one, other] = ['a.yaml', 'b.yaml'].map((name) => loadConfig(at(name), {}).registration.shared_secret);
    expect(one)
      .to.match(/^[\w-]{43}$/)
      .and.not.equal(other);
  });

  it('makes the data folder and a signing key, once', () => {
    const config = { data_dir: at('deep/data') };
    expect(prepareDataFolder(config)).to.deep.equal([config.data_dir, join(config.data_dir, 'signing.key')]);
    const { keyId, publicKey } = readSigningKey(config);
    expect(keyId).to.match(/^ed25519:a_[a-zA-Z]{4}$/);
    expect([modeOf(config.data_dir), modeOf(join(config.data_dir, 'signing.key'))]).to.deep.equal(['700', '600']);
    expect(prepareDataFolder(config)).to.deep.equal([]);
    expect(readSigningKey(config).publicKey).to.equal(publicKey);
  });

  it('never writes over a file', () => {
    writeFileSync(at('config.yaml'), 'mine');
    expect(() => writeFirstConfig(at('config.yaml'))).to.throw(ConfigurationError, 'config.yaml: cannot be made: EEXIST');
    expect(readFileSync(at('config.yaml'), 'utf8')).to.equal('mine');
  });

  it('makes no new key for a database whose key is lost', () => {
    writeFileSync(at('plexus.db'), '');
    expect(() => prepareDataFolder({ data_dir: folder })).to.throw(
      ConfigurationError,
      'signing.key: is missing, but there is a database (plexus.db)',
    );
  });

  it('says what cannot be written', () => {
    writeFileSync(at('data'), 'a file in the way');
    expect(() => prepareDataFolder({ data_dir: at('data/inner') })).to.throw(
      ConfigurationError,
      /inner: cannot be made: \w+: .*name a configuration with --config/,
    );
  });

  describe('signing.key', () => {
    const write = (text: string): void => writeFileSync(at('signing.key'), text);
    it('is read as the specification signs: the key of its test vectors', () => {
      write('ed25519 1 YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1');
      expect(readSigningKey({ data_dir: folder })).to.include({ keyId: 'ed25519:1', publicKey: 'XGX0JRS2Af3be3knz2fBiRbApjm2Dh61gXDJA8kcJNI' });
    });
    for (const text of [
      '',
      'ed25519 1',
      'ed25519 1 YJDBA9',
      'rsa 1 YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1',
      'ed25519 1 !JDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1',
    ]) {
      it(`is refused as ${JSON.stringify(text)}`, () => {
        write(text);
        expect(() => readSigningKey({ data_dir: folder })).to.throw(ConfigurationError, 'signing.key: must have one line');
      });
    }
    it('must be there', () => {
      mkdirSync(at('empty'));
      expect(() => readSigningKey({ data_dir: at('empty') })).to.throw(ConfigurationError, 'signing.key: cannot be read: ENOENT');
    });
  });
});
