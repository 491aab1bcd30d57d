import { expect } from 'chai';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModuleApi } from '../../src/modules/public.ts';
import { lockFolder } from '../../src/store/drivers/folder-lock.ts';
import { boot, TestUser, type TestServer } from '../../src/testing/index.ts';
import { SigningDevice } from '../api/encryption-device.ts';
import { plexusInTurn } from '../support/plexus-command.ts';

class Keeper {
  constructor(_config: unknown, api: ModuleApi) {
    keeper = api;
  }
}
let keeper: ModuleApi;

describe('what is stored', function () {
  // Whole programs are started, one after the other.
  this.timeout(60_000);
  let folder: string;
  let server: TestServer, alice: TestUser, room: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plexus-backup-'));
    mkdirSync(join(folder, 'data'));
    const config = (name: string, data: string, modules = '[]'): void =>
      writeFileSync(join(folder, name), `server_name: localhost\ndata_dir: ${JSON.stringify(join(folder, data))}\nmodules: ${modules}\n`);
    config('config.yaml', 'data');
    config('demo.yaml', 'data', '[{ module: "plexus:demo", name: keeper }]');
    config('other.yaml', 'restored');
    server = await start('data');
    alice = await server.user('alice');
    room = await alice.createRoom({ name: 'kept' });
    await keeper.store.set('key', { a: 1 });
    await keeper.storage.migrate(['create table {things} (name text, bytes blob)']);
    await keeper.runDbInteraction('fill', function* (txn) {
      yield* txn.execute('insert into {things} values (?, ?)', 'one', new Uint8Array([1, 2]));
    });
  });
  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  const start = (data: string): Promise<TestServer> =>
    boot({ database: join(folder, data, 'plexus.db'), modules: [{ module: Keeper, name: 'keeper' }] });
  /** Runs the command in a process of its own, beside the server of this one. */
  const plexus = (...args: string[]): ReturnType<typeof plexusInTurn> => plexusInTurn(folder, args);

  it('is copied while the server runs, and served again from the copy', async () => {
    const device = new SigningDevice(alice);
    await device.upload({ device_keys: device.deviceKeys, one_time_keys: device.oneTimeKeys('A', 'B') });
    await alice.send(room, 'before');
    const saved = plexus('backup', 'copy.db');
    expect([saved.status, saved.stderr]).to.deep.equal([0, '']);
    expect(saved.stdout)
      .to.match(/^Copied the database to copy\.db/)
      .and.contain('signing key')
      .and.contain('media');
    expect(plexus('backup', 'copy.db').stderr).to.match(/there already/);

    for (let count = 0; count < 5; count++) await alice.send(room, 'lost');
    const { next_batch: since } = await alice.sync();
    expect(plexus('restore', 'copy.db', '-c', 'other.yaml')).to.include({ status: 0 });
    const restored = await start('restored');
    const again = new TestUser({ url: restored.url, userId: alice.userId, deviceId: alice.deviceId, accessToken: alice.accessToken });
    expect((await again.messages(room)).map(({ content }) => content['body']).filter((body) => body !== undefined)).to.deep.equal(['before']);
    expect(await keeper.store.get('key')).to.deep.equal({ a: 1 });
    expect((await again.sync())['device_one_time_keys_count']).to.deep.equal({ signed_curve25519: 0 });
    await again.request('PUT', `/_matrix/client/v3/rooms/${room}/send/m.room.message/later`, { msgtype: 'm.text', body: 'after' });
    const { rooms } = (await again.sync({ since })) as { rooms?: { join: Record<string, { timeline: { events: { content: object }[] } }> } };
    expect(JSON.stringify(rooms?.join[room]?.timeline.events)).to.contain('after');
    await restored.close();
  });

  it('is restored only where no server runs, and nothing is lost by it', () => {
    writeFileSync(join(folder, 'nonsense.db'), 'this is no database at all, but it is long enough to look at');
    expect(plexus('restore', 'nonsense.db', '-c', 'other.yaml', '--force').stderr).to.match(/is no database/);
    expect(plexus('restore', 'none.db', '-c', 'other.yaml').stderr).to.match(/no file none\.db/);
    expect(plexus('restore', 'copy.db', '-c', 'other.yaml').stderr).to.match(/there already.*--force/);
    const lock = lockFolder(join(folder, 'restored'));
    expect(plexus('restore', 'copy.db', '-c', 'other.yaml', '--force').stderr).to.match(/end it first/);
    lock?.release();
    expect(plexus('restore', 'copy.db', '-c', 'other.yaml', '--force').stdout).to.match(/What was there is .*before-/);
    expect(readdirSync(join(folder, 'restored')).filter((name) => name.includes('restoring'))).to.deep.equal([]);
  });

  it('by a module is exported, also beside a running server', () => {
    const { stdout, status } = plexus('modules', 'export', 'keeper');
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(status).to.equal(0);
    expect(lines).to.deep.equal([
      { kind: 'value', key: 'key', value: { a: 1 } },
      { kind: 'row', table: 'keeper_things', row: { name: 'one', bytes: { base64: 'AQI=' } } },
    ]);
    expect(plexus('modules', 'export', 'none').stderr).to.match(/No module none .* keeper/);
  });

  it('by a module is purged once it is no longer configured and the server has ended', async () => {
    expect(plexus('modules', 'data').stdout).to.match(/^keeper: 1 values, 1 rows .*not configured/);
    expect(plexus('modules', 'purge', 'keeper', '-c', 'demo.yaml').stderr).to.match(/take it out first/);
    await server.close();
    const lock = lockFolder(join(folder, 'data'));
    expect(plexus('modules', 'purge', 'keeper').stderr).to.match(/end it first/);
    lock?.release();
    expect(plexus('modules', 'purge', 'keeper').stdout).to.match(/Forgot all that keeper kept/);
    expect(plexus('modules', 'data').stdout).to.equal('');
    server = await start('data');
    expect(await keeper.store.list()).to.deep.equal([]);
    await keeper.storage.migrate(['create table {things} (other text)']);
    await server.idle();
  });
});
