import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { boot, expectError, type TestServer } from '../../src/testing/index.ts';

const MODULE = `
import { ConfigError, MatrixError, Codes } from 'plexus/module';
export default class Policy {
  static parseConfig(config) {
    if (typeof config.word !== 'string') throw new ConfigError('must be a text', ['word']);
    return config;
  }
  constructor({ word, refuseStart = false }, api) {
    if (refuseStart) throw new Error('as asked for');
    let asked = 0;
    api.registerSpamCheckerCallbacks({
      async check_event_for_spam(event) {
        asked += 1;
        if (event.content.body === 'loop') for (;;) asked += 1;
        if (event.content.body === 'leak') { const kept = []; for (;;) kept.push(new Array(100_000).fill(asked)); }
        if (event.content.body === 'throw') throw new MatrixError(418, 'M_TEAPOT', 'short', { handle: 'here' });
        if (event.content.body === 'store') await api.store.update('seen', (seen) => (seen ?? 0) + 1);
        return event.content.body === word ? 'not this word' : false;
      },
      user_may_create_room: (user, config) => config.name === 'x' ? [Codes.LIMIT_EXCEEDED, { error: 'wait', retry_after_ms: 5 }] : true,
    });
    api.registerThirdPartyRulesCallbacks({
      async check_event_allowed(event, state) {
        const topic = (await state.get('m.room.topic', ''))?.content.topic;
        const types = [];
        if (event.content.body === 'state?') for await (const [type] of state) types.push(type);
        const wire = event.getDict();
        if (event.content.body === 'state?') return [true, { ...wire, content: { ...wire.content, body: topic + ' ' + types.includes('m.room.create') } }];
        return true;
      },
      on_create_room(requester, content) {
        content.topic = 'by ' + requester.userId;
      },
    });
    api.registerPasswordAuthProviderCallbacks({
      auth_checkers: new Map([[['org.example.token', ['token']], async (user, type, { token }) =>
        token === 'good' ? [api.getQualifiedUserId(user), (reply) => { reply['org.example.by'] = type; }] : null]]),
    });
    api.registerWebResource('/_synapse/client/policy', {
      async GET(ctx) {
        ctx.body = { word, asked, seen: (await api.store.get('seen')) ?? 0, mine: api.isMine('@a:localhost'), bare: api.isMine('localhost'), q: ctx.query.q ?? null };
      },
      async POST(ctx) {
        const { userId } = await api.getUserByReq(ctx);
        ctx.status = 201;
        ctx.body = { userId, hello: ctx.request.body.hello, room: (await api.getStateEventsInRoom(await api.createRoom(userId, { name: 'made' }).then((made) => made.roomId ?? made), [['m.room.name', '']])).map((event) => event.content.name) };
      },
    });
    api.onHandover({ save: () => asked, restore: (n) => { asked = n; } });
  }
}`;

describe('a module in a thread of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plexus-isolation-'));
  const file = join(folder, 'policy.mjs');
  writeFileSync(file, MODULE);
  after(() => rmSync(folder, { recursive: true }));

  const isolated = (config: object, more: object = {}): object => ({ module: file, isolation: 'worker', config, ...more });
  const page = (server: TestServer): Promise<Record<string, unknown>> =>
    server.request('GET', '/_synapse/client/policy?q=1') as Promise<Record<string, unknown>>;

  describe('works as it does in the server’s own', () => {
    let server: TestServer;
    before(async () => (server = await boot({ modules: [isolated({ word: 'bad' })] })));
    after(() => server.close());

    it('answers, refuses, replaces and rewrites', async () => {
      const alice = await server.user('alice');
      const room = await alice.createRoom({ preset: 'public_chat' });
      expect(await alice.getState(room, 'm.room.topic')).to.deep.include({ topic: 'by @alice:localhost' });
      expect((await expectError(alice.send(room, 'bad'), 403, 'M_FORBIDDEN')).body['error']).to.equal('not this word');
      expect((await expectError(alice.send(room, 'throw'), 418, 'M_TEAPOT')).body).to.include({ error: 'short', handle: 'here' });
      expect((await expectError(alice.createRoom({ name: 'x' }), 403, 'M_LIMIT_EXCEEDED')).body).to.include({ error: 'wait', retry_after_ms: 5 });
      await alice.send(room, 'state?');
      expect((await alice.messages(room, 1))[0]?.content['body']).to.equal('by @alice:localhost true');
    });

    it('logs people in, and changes the reply', async () => {
      await server.user('dora');
      const login = (token: string): Promise<unknown> =>
        server.request('POST', '/_matrix/client/v3/login', { type: 'org.example.token', identifier: { type: 'm.id.user', user: 'dora' }, token });
      expect(await login('good')).to.deep.include({ user_id: '@dora:localhost', 'org.example.by': 'org.example.token' });
      await expectError(login('bad'), 403, 'M_FORBIDDEN');
    });

    it('keeps values and serves web resources', async () => {
      const bob = await server.user('bob');
      const room = await bob.createRoom();
      await Promise.all([1, 2, 3].map(() => bob.send(room, 'store')));
      expect(await page(server)).to.include({ word: 'bad', seen: 3, mine: true, bare: false, q: '1' });
      expect(await bob.request('POST', '/_synapse/client/policy', { hello: 'x' })).to.deep.equal({ userId: bob.userId, hello: 'x', room: ['made'] });
      await expectError(server.request('POST', '/_synapse/client/policy', {}), 401, 'M_MISSING_TOKEN');
    });

    it('is exchanged while the server runs, and hands over what it has in memory', async () => {
      const { asked } = await page(server);
      await server.exchangeModules([isolated({ word: 'other' })]);
      expect(await page(server)).to.include({ word: 'other', asked });
    });
  });

  it('starts no thread for what stays as it is', async () => {
    const imported = join(folder, 'imported');
    const counted = join(folder, 'counted.mjs');
    writeFileSync(
      counted,
      `import { appendFileSync } from 'node:fs';
      appendFileSync(${JSON.stringify(imported)}, 'x');
      export default class Counted {}`,
    );
    const modules = [{ module: counted, isolation: 'worker' }];
    const server = await boot({ modules });
    try {
      const times = readFileSync(imported, 'utf8');
      const more = [{ module: class Other {} }, ...modules];
      expect(await server.exchangeModules(more)).to.deep.equal({ kept: ['counted'], started: ['Other'], ended: [] });
      expect(readFileSync(imported, 'utf8')).to.equal(times);
    } finally {
      await server.close();
    }
  });

  /** A thread of its own has a time of its own. */
  const startedAgain = async (server: TestServer): Promise<void> => {
    while ((await page(server).catch(() => undefined)) === undefined) await setTimeout(100);
  };

  describe('costs nobody but itself', () => {
    for (const fault of ['loop', 'leak']) {
      it(`when it has an endless ${fault}`, async function () {
        this.timeout(30_000);
        const server = await boot({ modules: [isolated({ word: 'bad' }, { timeout: '500ms', memory: '32MiB' })] });
        try {
          const [alice, carol] = [await server.user('alice'), await server.user('carol')];
          const room = await alice.createRoom();
          const refused = expectError(alice.send(room, fault), 500, 'M_UNKNOWN');
          await carol.sync();
          await refused;
          // Until the thread is started again, its failure policy holds.
          await expectError(alice.send(room, 'hello'), 500, 'M_UNKNOWN');
          await startedAgain(server);
          await alice.send(room, 'hello');
          await expectError(alice.send(room, 'bad'), 403);
        } finally {
          await server.close();
        }
      });
    }
  });

  describe('stops the start', () => {
    const problemOf = (module: object): Promise<string> =>
      boot({ modules: [module] }).then(
        async (server) => (await server.close(), 'started'),
        (error: Error) => error.message,
      );

    it('with what is wrong in its configuration, at its place', async () => {
      expect(await problemOf(isolated({}))).to.match(/modules\[0\]\.config\.word.*must be a text/);
    });
    it('when it cannot be constructed', async () => {
      expect(await problemOf(isolated({ word: 'x', refuseStart: true }))).to.match(/modules\[0\]\.module.*as asked for/);
    });
    it('when it registers what is no function', async () => {
      const wrong = join(folder, 'wrong.mjs');
      writeFileSync(wrong, 'export default class { constructor(_, api) { api.registerSpamCheckerCallbacks({ user_may_invite: true }); } }');
      expect(await problemOf({ module: wrong, isolation: 'worker' })).to.match(/user_may_invite has to be a function/);
    });
    it('when it is no file or package', async () => {
      expect(await problemOf({ module: class Local {}, isolation: 'worker' })).to.match(/modules\[0\]\.isolation.*name its file or package/);
    });
  });
});
