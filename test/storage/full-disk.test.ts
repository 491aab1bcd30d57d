import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execute, rows } from '../../src/kernel/work.ts';
import { SqliteDatabase } from '../../src/store/drivers/sqlite.ts';
import { boot, expectError, RequestFailed, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { requestJson } from '../../src/testing/request.ts';
import { moduleWith } from '../modules/module-with.ts';
import { ServerProcess } from '../support/server-process.ts';

const V3 = '/_matrix/client/v3';
const LARGE = 'x'.repeat(50_000);

/** Does something again and again until it is refused. @returns the refusal */
async function untilRefused(act: () => Promise<unknown>): Promise<RequestFailed> {
  for (let round = 0; round < 500; round++) {
    try {
      await act();
    } catch (error) {
      if (error instanceof RequestFailed) return error;
      throw error;
    }
  }
  throw new Error('Nothing was refused');
}

describe('a server that cannot store anything', () => {
  let database: SqliteDatabase;
  let server: TestServer;
  let alice: TestUser;
  let room: string;
  beforeEach(async () => {
    database = new SqliteDatabase(':memory:');
    server = await boot({ database, clock: 'fake' });
    alice = await server.user('alice');
    room = await alice.createRoom();
  });
  afterEach(() => server.close());
  const pragma = (sql: string): Promise<unknown> => database.write(() => rows(`pragma ${sql}`));

  it('says that the disk is full, goes on reading, and writes again when there is room', async () => {
    await alice.send(room, 'before');
    const { next_batch: since } = await alice.sync({ timeout: '0' });
    await pragma('max_page_count = 1');
    const refused = await untilRefused(() => alice.send(room, LARGE));
    expect(refused.status).to.equal(507);
    expect(refused.body).to.deep.equal({ errcode: 'M_UNKNOWN', error: 'The disk of this server is full; its administrator has to make room' });
    const stored = (await alice.messages(room)).map(({ event_id: id }) => id);
    await pragma('max_page_count = 1000000');
    const after = await alice.send(room, 'after');
    expect((await alice.messages(room)).map(({ event_id: id }) => id)).to.deep.equal([after, ...stored]);
    expect(JSON.stringify(await alice.sync({ since, timeout: '0' }))).to.contain(after);
  });

  it('goes on without its decision trail, which is there when there is room', async () => {
    await server.exchangeModules([
      { module: moduleWith((api) => api.registerSpamCheckerCallbacks({ check_event_for_spam: ({ content }) => content['body'] === 'spam' })) },
    ]);
    await pragma('query_only = on');
    for (let turn = 0; turn < 5; turn++) await expectError(alice.send(room, 'spam'), 403, 'M_FORBIDDEN');
    await server.idle();
    await database.read(() => execute('pragma query_only = off'));
    await server.idle();
    const [found] = await database.read(() => rows<{ count: number }>('select count(*) as count from decisions'));
    expect(found?.count).to.equal(5);
  });

  it('refuses to write to a database that has become read-only, goes on reading, and writes again afterwards', async () => {
    await pragma('query_only = on');
    const refused = await expectError(alice.send(room, 'lost'), 500, 'M_UNKNOWN');
    expect(refused.body['error']).to.match(/^Internal server error \(incident [0-9a-f]{8}\)$/);
    expect(await alice.getState(room, 'm.room.create')).to.have.property('room_version');
    await expectError(alice.request('PUT', `${V3}/profile/${alice.userId}/displayname`, { displayname: 'Lost' }), 500, 'M_UNKNOWN');
    await database.read(() => execute('pragma query_only = off'));
    await alice.send(room, 'found');
    expect(JSON.stringify(await alice.messages(room)))
      .to.contain('found')
      .and.not.contain('lost');
  });
});

describe('a server whose disk is full', function () {
  this.timeout(30_000);
  let folder: string;
  let isMounted = false;
  let server: ServerProcess | undefined;
  before(function () {
    folder = mkdtempSync(join(tmpdir(), 'plexus-full-'));
    isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', folder]).status === 0;
    if (!isMounted) {
      process.stderr.write('The test with a disk that is really full is skipped: only root can mount a small one\n');
      this.skip();
    }
  });
  after(async () => {
    await server?.kill();
    if (isMounted) spawnSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  });

  it('says so, lives, and goes on when there is room again, also after a restart', async () => {
    server = await ServerProcess.start(folder);
    const account = { username: 'alice', password: 'secret', auth: { type: 'm.login.dummy' } };
    const { access_token: token } = (await requestJson(server.url, 'POST', `${V3}/register`, account)) as { access_token: string };
    const ask = (method: string, path: string, body?: unknown): Promise<unknown> => requestJson(server?.url ?? '', method, V3 + path, body, token);
    const { room_id: room } = (await ask('POST', '/createRoom', {})) as { room_id: string };
    const sent: string[] = [];
    const send = async (): Promise<void> => {
      const path = `/rooms/${encodeURIComponent(room)}/send/m.room.message/${sent.length}`;
      sent.push(((await ask('PUT', path, { msgtype: 'm.text', body: LARGE })) as { event_id: string }).event_id);
    };
    await send();
    const { bavail, bsize } = statfsSync(folder);
    writeFileSync(join(folder, 'filler'), Buffer.alloc((bavail - 20) * bsize));
    expect((await untilRefused(send)).status).to.equal(507);
    await ask('GET', '/account/whoami');
    rmSync(join(folder, 'filler'));
    await send();
    await server.kill();
    server = await ServerProcess.start(folder);
    await send();
    const { chunk } = (await ask('GET', `/rooms/${encodeURIComponent(room)}/messages?dir=b&limit=100`)) as {
      chunk: { event_id: string; type: string }[];
    };
    expect(chunk.filter(({ type }) => type === 'm.room.message').map(({ event_id: id }) => id)).to.deep.equal(sent.toReversed());
  });
});
