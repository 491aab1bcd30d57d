import { expect } from 'chai';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { boot, expectError, type ClientEvent, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { plexus } from '../support/plexus-command.ts';

const examples = resolve(import.meta.dirname, '../../../test/modules/examples');
const text = (file: string): string => readFileSync(join(examples, file), 'utf8');

/** Ids, times and durations are others in each run. */
const masked = (output: string): string =>
  output
    .replaceAll(/\$[\w-]{20,}/g, '$event')
    .replaceAll(/![\w-]{20,}/g, '!room')
    .replaceAll(/\b[0-9a-f]{8}\b/g, 'incident')
    .replaceAll(/Request \S+/g, 'Request id')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?/g, 'date')
    .replaceAll(/\d+(\.\d+)? ms/g, 'ms');

describe('what commands print about examples', function () {
  this.timeout(60_000);
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'plexus-examples-'))));
  after(() => rmSync(folder, { recursive: true }));

  it('check-config tells what a module may do', async () => {
    copyFileSync(join(examples, 'link-checker.ts'), join(folder, 'link-checker.ts'));
    writeFileSync(join(folder, 'config.yaml'), 'server_name: example.org\nmodules: [{ module: ./link-checker.ts, config: { key: secret } }]');
    const { stdout } = await plexus(folder, ['check-config']);
    expect(stdout).to.equal(text('link-checker-permissions.txt'));
  });

  it('check-config tells what is wrong with a configuration', async () => {
    mkdirSync(join(folder, 'room-allowance'));
    copyFileSync(join(examples, 'tutorial/2-settings/index.ts'), join(folder, 'room-allowance/index.ts'));
    writeFileSync(join(folder, 'config.yaml'), `server_name: example.org\n${text('tutorial/config.yaml')}`);
    expect((await plexus(folder, ['check-config'])).stderr).to.equal(text('tutorial/problem.txt'));
  });

  describe('in the tutorial', () => {
    let server: TestServer, admin: TestUser, alice: TestUser;
    const save = (step: string): void => copyFileSync(join(examples, 'tutorial', step, 'index.ts'), join(folder, 'room-allowance/index.ts'));
    const run = async (...args: string[]): Promise<string> => {
      const remote = args[0] === 'modules' ? ['--url', server.url] : [];
      const { stdout, stderr } = await plexus(folder, [...args, ...remote], { PLEXUS_ADMIN_TOKEN: admin.accessToken });
      return masked(stdout + stderr);
    };
    const printed = (file: string): string => masked(text(`tutorial/${file}.txt`));
    before(async () => {
      save('6-failure');
      const configFile = join(folder, 'config.yaml');
      writeFileSync(configFile, 'server_name: example.org\nlisteners: [{ port: 0 }]\nlog: { level: silent }\n');
      mkdirSync(join(folder, 'data'));
      server = await boot({ configFile, database: join(folder, 'data/plexus.db') });
      [admin, alice] = [await server.user('root', { admin: true }), await server.user('alice')];
    });
    after(() => server.close());

    it('a replay tells what would have been refused', async () => {
      for (const name of ['one', 'two', 'three']) await alice.createRoom({ name });
      const replay = ['replay', '--module', './room-allowance/index.ts', '--module-config', '{"rooms": 2}'];
      expect(await run(...replay)).to.equal(printed('replay'));
      expect(await run(...replay, '--against', '{"rooms": 1}', '--summary')).to.equal(printed('against'));
    });

    it('a module in shadow mode is seen to refuse without effect', async () => {
      expect(await run('modules', 'add', './room-allowance/index.ts', 'mode=shadow', 'config.rooms=2')).to.equal(printed('add'));
      for (const name of ['four', 'five']) await alice.createRoom({ name });
      const room = await alice.createRoom({ name: 'six' });
      await server.idle();
      expect(await run('modules', 'list')).to.equal(printed('list'));
      const state = (await alice.request('GET', `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/state`)) as unknown as ClientEvent[];
      const created = state.find(({ type }) => type === 'm.room.create');
      expect(await run('explain', String(created?.event_id))).to.equal(printed('explain-shadow'));
    });

    it('the decision trail tells what a module refused', async () => {
      expect(await run('modules', 'enforce', 'room-allowance')).to.equal(printed('exchanged'));
      await expectError(alice.createRoom({ name: 'seven' }), 403, 'M_LIMIT_EXCEEDED');
      await server.idle();
      expect(await run('explain', String(server.decisions.at(-1)?.incident))).to.equal(printed('explain'));
    });

    it('a new version takes the place of the old one', async () => {
      save('7-except');
      expect(await run('modules', 'reload')).to.equal(printed('exchanged'));
      expect(await run('modules', 'set', 'room-allowance', 'config.except=["@bot-*:example.org"]')).to.equal(printed('exchanged'));
      await expectError(alice.createRoom({ name: 'eight' }), 403, 'M_LIMIT_EXCEEDED');
    });
  });
});
