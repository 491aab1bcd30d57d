import { expect } from 'chai';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, type ModuleApi } from '../../src/modules/public.ts';
import type { RequestFailed } from '../../src/testing/index.ts';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';

const BASE = '/_plexus/admin/v1/modules';

const POLICY = `
export default class Policy {
  static manifest = { version: '1.2.0', permissions: { callbacks: ['registerSpamCheckerCallbacks'] } };
  static parseConfig(config) {
    if (config.word === '') throw Object.assign(new Error('must not be empty'), { name: 'ConfigError', path: ['word'] });
    return config;
  }
  constructor(config, api) {
    if (config.word === 'broken') throw new Error('it does not start');
    api.registerSpamCheckerCallbacks({ check_event_for_spam: ({ content }) => content.body === config.word || content.body === config.api_key });
  }
}
`;

const FILE = `# The server of the tests.
server_name: localhost
data_dir: ./data
listeners: [{ port: 0, bind_addresses: [127.0.0.1] }]   # any port
registration: { mode: open, open_to: everyone }
rate_limits: { enabled: false }
passwords: { cost: test }

modules:
  # What nobody may say.
  - module: ./policy.js
    name: words
    config:
      word: one # for now
      api_key: '\${HOME}'
  - module: plexus:spam-filter
    mode: shadow
`;

interface Listed {
  readonly name: string;
  readonly config: Json;
  readonly [key: string]: unknown;
}

describe('the modules in the admin API', () => {
  let folder: string, file: string, server: TestServer, admin: TestUser, alice: TestUser, room: string;

  const start = async (name = 'config.yaml'): Promise<void> => {
    folder = mkdtempSync(join(tmpdir(), 'plexus-admin-'));
    file = join(folder, name);
    writeFileSync(join(folder, 'policy.js'), POLICY);
    mkdirSync(join(folder, 'data'));
    writeFileSync(file, FILE);
    server = await boot({ configFile: file });
    [admin, alice] = [await server.user('admin', { admin: true }), await server.user('alice')];
    room = await alice.createRoom();
  };
  const written = (): string => readFileSync(file, 'utf8');
  const listed = async (): Promise<readonly Listed[]> => ((await admin.request('GET', BASE)) as { modules: Listed[] }).modules;
  const module = async (name: string): Promise<Listed> => (await listed()).find((each) => each.name === name) ?? expect.fail(`no ${name}`);
  const set = (name: string, settings: Json): Promise<unknown> => admin.request('PUT', `${BASE}/${name}`, settings);
  /** @returns the text of the refusal, after which nothing is changed */
  const refused = async (request: Promise<unknown>, status: number, errcode: string): Promise<RequestFailed> => {
    const before = written();
    const error = await expectError(request, status, errcode);
    expect(written()).to.equal(before);
    await expectError(alice.send(room, 'one'), 403);
    return error;
  };

  afterEach(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  describe('with a configuration file', () => {
    beforeEach(() => start());

    it('are listed with what they may do and have done', async () => {
      await expectError(alice.send(room, 'one'), 403);
      await alice.send(room, 'two');
      const [words, spam] = await listed();
      expect(words).to.deep.include({
        name: 'words',
        module: './policy.js',
        version: '1.2.0',
        mode: 'enforce',
        isolation: 'none',
        parked_until: null,
      });
      expect(words?.['permissions']).to.contain('spam checker');
      const [{ mean_ms: mean, ...figures } = {}] = (words?.['callbacks'] ?? []) as readonly Json[];
      expect(figures).to.include({ callback: 'check_event_for_spam', refusals: 1, failures: 0 });
      expect(figures['calls']).to.be.at.least(2);
      expect(mean).to.be.above(0);
      expect(spam).to.deep.include({ name: 'spam-filter', mode: 'shadow' });
      expect(spam?.['config_schema']).to.have.nested.property('properties.links');
    });

    it('are changed by one value, which is all that is changed in the file', async () => {
      chmodSync(file, 0o640);
      const { config } = await module('words');
      expect(config['word']).to.equal('one');
      expect(await set('words', { config: { ...config, word: 'two' } })).to.deep.equal({
        kept: ['spam-filter'],
        started: ['words'],
        ended: ['words'],
        stored: true,
      });
      await alice.send(room, 'one');
      await expectError(alice.send(room, 'two'), 403);
      expect(written()).to.equal(FILE.replace('word: one', 'word: two'));
      expect(statSync(file).mode & 0o777).to.equal(0o640);
    });

    it('never show secrets, and keep those that come back masked', async () => {
      const { config } = await module('words');
      expect(config).to.deep.equal({ word: 'one', api_key: '********' });
      await set('words', { config: { word: 'two', api_key: '********' } });
      expect(written()).to.contain("api_key: '${HOME}'");
      await expectError(alice.send(room, process.env['HOME'] ?? ''), 403);
      await expectError(set('words', { config: { word: '********', api_key: '********', token: '********' } }), 400, 'M_INVALID_PARAM');
    });

    it('go into shadow mode and back, and take other settings', async () => {
      await set('words', { mode: 'shadow', timeout: '2s', on_error: 'allow', hooks: { check_event_for_spam: { timeout: '500ms' } } });
      await alice.send(room, 'one');
      expect(await module('words')).to.deep.include({
        mode: 'shadow',
        timeout: 2000,
        on_error: 'allow',
        hooks: { check_event_for_spam: { timeout: 500 } },
      });
      await set('words', { mode: 'enforce' });
      await expectError(alice.send(room, 'one'), 403);
      expect(written()).to.contain('mode: enforce').and.contain('timeout: 2s');
    });

    it('are added and removed', async () => {
      expect(await admin.request('POST', BASE, { module: 'plexus:demo', config: { blocked: [alice.userId] } })).to.include({ stored: true });
      await expectError(alice.createRoom(), 403);
      expect(written()).to.match(/ {2}- module: plexus:demo\n/);
      await admin.request('DELETE', `${BASE}/demo`);
      await alice.createRoom();
      expect(written()).to.equal(FILE);
      await expectError(admin.request('DELETE', `${BASE}/demo`), 404, 'M_NOT_FOUND');
    });

    it('say what is wrong with a configuration, and where; the old one stays', async () => {
      const wrong = await refused(set('words', { config: { word: 'broken' } }), 400, 'M_BAD_JSON');
      expect(wrong.message).to.contain('it does not start');
      const links = await refused(set('spam-filter', { config: { links: { max: 'many' } } }), 400, 'M_BAD_JSON');
      expect(links.message).to.contain('modules[1].config.links.max').and.contain('must be');
      expect(links.body['problems']).to.have.nested.property('[0].path').that.deep.equals(['modules', 1, 'config', 'links', 'max']);
      const mode = await refused(set('words', { mode: 'shade' }), 400, 'M_BAD_JSON');
      expect(mode.message).to.contain('modules[0].mode').and.contain('did you mean shadow?');
      expect((await refused(admin.request('POST', BASE, { module: 'plexus:dmo' }), 400, 'M_BAD_JSON')).message).to.contain(
        'did you mean plexus:demo?',
      );
    });

    it('bring no code along: neither by an address nor from where uploads are', async () => {
      await refused(admin.request('POST', BASE, { module: 'data:text/javascript,export default class {}' }), 400, 'M_INVALID_PARAM');
      writeFileSync(join(folder, 'data', 'upload.js'), POLICY);
      await refused(admin.request('POST', BASE, { module: './data/upload.js' }), 400, 'M_INVALID_PARAM');
      await refused(admin.request('POST', BASE, { module: './x/../data/upload.js#default' }), 400, 'M_INVALID_PARAM');
    });

    it('are reloaded from the file after it was changed by hand, which is never overwritten', async () => {
      writeFileSync(file, FILE.replace('word: one', 'word: three'));
      const { message } = await refused(set('words', { mode: 'shadow' }), 409, 'ORG_PLEXUS_CONFIGURATION_CHANGED');
      expect(message).to.contain('Reload');
      expect(await admin.request('POST', `${BASE}/reload`, {})).to.deep.include({ started: ['words'], kept: ['spam-filter'] });
      await expectError(alice.send(room, 'three'), 403);
      await set('words', { mode: 'shadow' });
      expect(written()).to.contain('word: three # for now').and.contain('mode: shadow');
    });

    it('leave other sections as they were changed by hand', async () => {
      writeFileSync(file, `${FILE}\nlog: { level: debug } # new\n`);
      await set('words', { mode: 'shadow' });
      expect(written()).to.contain('log: { level: debug } # new');
    });

    it('are changed one after the other', async () => {
      await Promise.all(['two', 'three', 'four'].map((word) => set('words', { config: { word } })));
      expect(written()).to.contain('word: four');
      await expectError(alice.send(room, 'four'), 403);
    });
  });

  it('are what they were when the file cannot be written', async () => {
    // Too long a name for another file beside it.
    await start(`${'c'.repeat(245)}.yaml`);
    const { message } = await refused(set('words', { config: { word: 'two' } }), 409, 'ORG_PLEXUS_CONFIGURATION_NOT_WRITABLE');
    expect(message).to.contain('cannot be written');
    expect((await module('words')).config['word']).to.equal('one');
  });
});

describe('the modules of a server without a configuration file', () => {
  class Filter {
    constructor(config: { word: string }, api: ModuleApi) {
      if (config.word === '') throw new ConfigError('must not be empty', ['word']);
      api.registerSpamCheckerCallbacks({ check_event_for_spam: ({ content }) => content['body'] === config.word });
    }
  }

  it('are changed in memory only, which is said', async () => {
    const server = await boot({ modules: [{ module: Filter, name: 'filter', config: { word: 'one' } }] });
    const admin = await server.user('admin', { admin: true });
    const room = await admin.createRoom();
    expect(await admin.request('PUT', `${BASE}/filter`, { config: { word: 'two' } })).to.include({ stored: false });
    await expectError(admin.send(room, 'two'), 403);
    const { message } = await expectError(admin.request('PUT', `${BASE}/filter`, { config: { word: '' } }), 400, 'M_BAD_JSON');
    expect(message).to.contain('modules[0].config.word').and.contain('must not be empty');
    await expectError(admin.send(room, 'two'), 403);
    await server.close();
  });
});
