import { expect } from 'chai';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/config.ts';
import { rows } from '../../src/kernel/work.ts';
import { RegistrationBehaviour } from '../../src/modules/public.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { startModules } from '../../src/server/start-modules.ts';
import { serverTables } from '../../src/server/server-tables.ts';
import { SqliteDatabase } from '../../src/store/drivers/sqlite.ts';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { logInto } from '../unit/modules/modules-under-test.ts';
import { Registry } from 'prom-client';
import { moduleWith } from './module-with.ts';

const V3 = '/_matrix/client/v3';
type Json = Record<string, unknown>;

/** How many rows each table of a database file has. */
/** Of all tables but those of the decision trail, which keeps what was refused. */
async function countRows(file: string): Promise<Json> {
  const database = new SqliteDatabase(file);
  const counts: Json = {};
  for (const table of [...serverTables()].filter((name) => !name.startsWith('decision'))) {
    const [found] = await database.read(() => rows<{ count: number }>(`select count(*) as count from ${table}`));
    counts[table] = found?.count;
  }
  await database.close();
  return counts;
}

describe('what comes of what modules say', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'plexus-effects-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const refusals: Readonly<Record<string, object>> = {
    on_create_room: moduleWith((api) =>
      api.registerThirdPartyRulesCallbacks({
        on_create_room() {
          throw new Error('broken');
        },
      }),
    ),
    user_may_create_room: moduleWith((api) => api.registerSpamCheckerCallbacks({ user_may_create_room: () => false })),
    user_may_create_room_alias: moduleWith((api) => api.registerSpamCheckerCallbacks({ user_may_create_room_alias: () => false })),
    user_may_publish_room: moduleWith((api) => api.registerSpamCheckerCallbacks({ user_may_publish_room: () => false })),
    user_may_invite: moduleWith((api) => api.registerSpamCheckerCallbacks({ user_may_invite: () => false })),
    'check_event_allowed of the last event': moduleWith((api) =>
      api.registerThirdPartyRulesCallbacks({ check_event_allowed: (event) => event.membership !== 'invite' }),
    ),
    'check_event_for_spam of the last event': moduleWith((api) =>
      api.registerSpamCheckerCallbacks({ check_event_for_spam: (event) => event.membership === 'invite' }),
    ),
  };
  for (const [what, module] of Object.entries(refusals)) {
    it(`a createRoom that ${what} refuses leaves nothing in the database but the decision`, async () => {
      const database = join(folder, 'plexus.db');
      const server = await boot({ database, modules: [{ module }] });
      const [alice, bob] = [await server.user('alice'), await server.user('bob')];
      await server.idle();
      const before = await countRows(database);
      const request = {
        name: 'x',
        room_alias_name: 'x',
        visibility: 'public',
        invite: [bob.userId],
        initial_state: [{ type: 'org.x', content: {} }],
      };
      const failed = await alice.createRoom(request).catch((error: unknown) => error);
      expect(failed).to.include({ status: what === 'on_create_room' ? 500 : 403 });
      await server.idle();
      expect(await countRows(database)).to.deep.equal(before);
      await server.close();
    });
  }

  it('a file that is refused is not kept, on the roads of both uploads', async () => {
    let refuse = false;
    const sizes: number[] = [];
    const module = moduleWith((api) =>
      api.registerSpamCheckerCallbacks({
        async check_media_file_for_spam(file, info) {
          const chunks: Uint8Array[] = [];
          await file.writeChunksTo((chunk) => chunks.push(chunk));
          sizes.push(Buffer.concat(chunks).length);
          expect([file.size, info.serverName, info.uploader, info.urlCache]).to.deep.equal([sizes.at(-1), undefined, '@alice:localhost', false]);
          return !refuse;
        },
      }),
    );
    const server = await boot({ database: join(folder, 'plexus.db'), modules: [{ module }] });
    const alice = await server.user('alice');
    const upload = (path: string, method: string, text: string): Promise<Response> =>
      fetch(server.url + path, { method, headers: { authorization: `Bearer ${alice.accessToken}`, 'content-type': 'text/plain' }, body: text });
    const files = (): string[] =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((one) => one.isFile() && !one.name.startsWith('plexus.db'))
        .map(({ name }) => name);
    expect((await upload('/_matrix/media/v3/upload', 'POST', 'kept')).status).to.equal(200);
    expect(files()).to.have.length(1);
    refuse = true;
    const denied = await upload('/_matrix/media/v3/upload', 'POST', 'refused');
    expect([denied.status, ((await denied.json()) as Json)['errcode']]).to.deep.equal([403, 'M_FORBIDDEN']);
    const { content_uri: uri } = await alice.request('POST', '/_matrix/media/v1/create');
    const id = String(uri).slice('mxc://'.length);
    expect((await upload(`/_matrix/media/v3/upload/${id}`, 'PUT', 'refused later')).status).to.equal(403);
    await server.idle();
    expect(files()).to.have.length(1);
    refuse = false;
    expect((await upload(`/_matrix/media/v3/upload/${id}`, 'PUT', 'fine')).status, 'the place is still free').to.equal(200);
    expect(sizes).to.deep.equal([4, 7, 13, 4]);
    await server.close();
  });

  it('hidden profiles do not shorten a page of search results', async () => {
    const searched: (string | undefined)[] = [];
    const module = moduleWith((api) =>
      api.registerSpamCheckerCallbacks({
        check_username_for_spam(profile, requester) {
          searched.push(requester);
          profile.display_name = 'changed by the module';
          return !/[0-4]/.test(profile.user_id);
        },
      }),
    );
    const server = await boot({ modules: [{ module }], config: { directory: { users: 'all' } } });
    const alice = await server.user('alice');
    for (let number = 0; number < 8; number += 1) await server.user(`match${number}`);
    const search = (limit: number): Promise<Json> => alice.request('POST', `${V3}/user_directory/search`, { search_term: 'match', limit });
    const found = await search(3);
    expect((found['results'] as Json[]).map(({ user_id: id }) => id)).to.have.members([
      '@match5:localhost',
      '@match6:localhost',
      '@match7:localhost',
    ]);
    expect(found['limited']).to.equal(false);
    expect(await search(2)).to.include({ limited: true });
    expect(JSON.stringify(found)).not.to.contain('changed');
    expect(new Set(searched)).to.deep.equal(new Set([alice.userId]));
    await server.close();
  });

  describe('a shadow-banned user', () => {
    let server: TestServer;
    let alice: TestUser, room: string, ghost: (method: string, path: string, body?: unknown) => Promise<Json>;
    before(async () => {
      const module = moduleWith((api) =>
        api.registerSpamCheckerCallbacks({
          check_registration_for_spam: (_email, username) => (username === 'ghost' ? RegistrationBehaviour.SHADOW_BAN : RegistrationBehaviour.ALLOW),
        }),
      );
      server = await boot({ modules: [{ module }], config: { directory: { users: 'all' } } });
      alice = await server.user('alice');
      room = await alice.createRoom({ preset: 'public_chat' });
      const registered = (await server.request('POST', `${V3}/register`, {
        username: 'ghost',
        password: 'secret',
        auth: { type: 'm.login.dummy' },
      })) as Json;
      ghost = async (method, path, body) => {
        const response = await fetch(server.url + V3 + path, {
          method,
          headers: { authorization: `Bearer ${String(registered['access_token'])}`, 'content-type': 'application/json' },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        });
        expect(response.status, `${method} ${path}`).to.equal(200);
        return (await response.json()) as Json;
      };
    });
    after(() => server.close());
    const inRoom = (rest: string): string => `/rooms/${encodeURIComponent(room)}/${rest}`;

    it('gets normal answers, and sees what they send', async () => {
      expect(await ghost('POST', `/join/${encodeURIComponent(room)}`, {})).to.deep.equal({ room_id: room });
    });

    it('has rooms of their own in which they see their messages, and nobody finds them', async () => {
      const { room_id: own } = await ghost('POST', '/createRoom', {
        visibility: 'public',
        preset: 'public_chat',
        name: 'ghostly',
        invite: [alice.userId],
      });
      const path = `/rooms/${encodeURIComponent(String(own))}`;
      await ghost('PUT', `${path}/send/m.room.message/1`, { msgtype: 'm.text', body: 'boo' });
      expect(JSON.stringify(await ghost('GET', `${path}/messages?dir=b`))).to.contain('boo');
      expect(JSON.stringify(await ghost('GET', '/sync'))).to.contain('boo');
      expect(JSON.stringify(await alice.sync())).not.to.contain('ghost');
      expect(JSON.stringify(await alice.request('GET', `${V3}/publicRooms`))).not.to.contain('ghostly');
    });

    it('is nowhere to be seen for others', async () => {
      await ghost('PUT', '/profile/@ghost:localhost/displayname', { displayname: 'Ghost' });
      await server.idle();
      const found = await alice.request('POST', `${V3}/user_directory/search`, { search_term: 'ghost' });
      expect(found['results']).to.deep.equal([]);
      const members = await alice.request('GET', V3 + inRoom('members'));
      expect(JSON.stringify(members)).not.to.contain('ghost');
      expect(JSON.stringify(await alice.messages(room))).not.to.contain('ghost');
    });
  });

  it('a client that goes away cancels no callback half way', async () => {
    let finished: (() => void) | undefined;
    const done = new Promise<void>((resolve) => (finished = resolve));
    let begun: (() => void) | undefined;
    const asked = new Promise<void>((resolve) => (begun = resolve));
    let release: (() => void) | undefined;
    const module = moduleWith((api) =>
      api.registerSpamCheckerCallbacks({
        async user_may_create_room() {
          begun?.();
          await new Promise<void>((resolve) => (release = resolve));
          finished?.();
          return true;
        },
      }),
    );
    const server = await boot({ modules: [{ module }] });
    const alice = await server.user('alice');
    const sent = request(`${server.url}${V3}/createRoom`, { method: 'POST', headers: { authorization: `Bearer ${alice.accessToken}` } });
    sent.on('error', () => undefined);
    sent.end('{}');
    await asked;
    sent.destroy();
    await new Promise((resolve) => setTimeout(resolve, 20));
    release?.();
    await done;
    await server.close();
  });

  it('a hanging module costs its deadline, and the client learns an incident only', async () => {
    const hanging = moduleWith((api) => api.registerSpamCheckerCallbacks({ user_may_create_room: () => new Promise<boolean>(() => undefined) }));
    const server = await boot({ modules: [{ module: hanging, name: 'sleepy', timeout: 30 }] });
    const alice = await server.user('alice');
    const error = await expectError(alice.createRoom(), 500, 'M_UNKNOWN');
    expect(error.body).to.have.all.keys('errcode', 'error');
    expect(error.body['error']).to.match(/^Internal server error \(incident \w{8}\)$/);
    const metrics = await (await fetch(`${server.url}/_synapse/metrics`)).text();
    expect(metrics).to.contain('plexus_module_failures_total{module="sleepy",callback="user_may_create_room"} 1');
    await server.close();
  });

  it('an error in the configuration of a module is told by file, line, item and path', async () => {
    const file = join(folder, 'config.yaml');
    const modules = [
      'server_name: localhost',
      'modules:',
      '  - module: plexus:demo',
      '  - module: plexus:account-validity',
      '    config:',
      '      period: soon',
      '  - module: ./missing.js',
    ];
    writeFileSync(file, modules.join('\n'));
    const services = {
      clock: systemClock,
      log: logInto([]),
      registry: new Registry(),
      decisions: { record: () => undefined, conclude: () => undefined, traces: undefined },
      tellsIncidents: false,
      fetch: () => Promise.reject(new Error()),
      askServer: () => Promise.reject(new Error()),
      serves: () => false,
    };
    const error = await startModules(loadConfig(file), services).catch((reason: unknown) => reason);
    const lines = (error as Error).message.split('\n').map((line) => line.trim());
    expect(lines[0]).to.equal('The configuration has 2 problems:');
    expect(lines[1]).to.equal(
      `${file}:6: modules[1].config.period: plexus:account-validity does not accept its configuration: "soon" is not a duration: ${lines[1]?.split('is not a duration: ')[1]}`,
    );
    expect(lines[2]).to.match(/config\.yaml:7: modules\[2\]\.module: \.\/missing\.js cannot be loaded: there is no file .*missing\.js$/);
  });
});
