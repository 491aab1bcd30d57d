import { expect } from 'chai';
import { tmpdir } from 'node:os';
import type { ModuleApi } from '../../src/modules/public.ts';
import {
  boot,
  build,
  callbackCoverage,
  coverageSummary,
  decisionText,
  expectError,
  UnmetExpectations,
  type TestServer,
} from '../../src/testing/index.ts';
import { moduleWith } from './module-with.ts';
import { GOING_ON } from './watching-forever.ts';

const V3 = '/_matrix/client/v3';
const NEVER = { module: moduleWith((api) => api.registerSpamCheckerCallbacks({ check_event_for_spam: () => false })), name: 'never' };

/** No word of spam; asks an oracle about what is unclear. */
class Oracle {
  constructor(_config: unknown, api: ModuleApi) {
    api.registerSpamCheckerCallbacks({
      async check_event_for_spam({ content: { body } }) {
        if (body === 'spam') return 'No spam here';
        if (body !== 'unclear') return false;
        const { spam } = (await api.httpClient.postJsonGetJson('https://oracle.example.org/check', { body })) as { spam: boolean };
        return spam;
      },
    });
  }
}
const oracle = { module: Oracle, name: 'oracle' };
const failureOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no failure',
    (error: Error) => error.message,
  );

describe('the test kit, watching', () => {
  let server: TestServer;
  afterEach(() => server.close().catch(() => undefined));

  describe('without a port', () => {
    beforeEach(async () => void (server = await boot({ port: 'none', clock: 'fake' })));

    it('speaks HTTP all the same', async () => {
      const alice = await server.user('alice');
      const reply = await server.fetch(`${V3}/account/whoami`, { headers: { authorization: `Bearer ${alice.accessToken}` } });
      expect([reply.status, reply.headers.get('content-type')]).to.deep.equal([200, 'application/json']);
      expect(await reply.json()).to.include({ user_id: alice.userId });
      const preflight = await server.fetch(`${V3}/sync`, { method: 'OPTIONS' });
      expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).to.deep.equal([204, '*']);
      const head = await server.fetch(`${V3}/login`, { method: 'HEAD' });
      expect([head.status, await head.text()]).to.deep.equal([200, '']);
      expect((await server.fetch('/nothing')).status).to.equal(404);
      expect((await server.fetch(`${V3}/login`, { method: 'POST', body: '{' })).status).to.equal(400);
    });

    it('holds long polls, and ends them with the server or the client', async () => {
      const alice = await server.user('alice');
      const room = await alice.createRoom();
      const { next_batch: since } = await alice.sync();
      const polled = alice.sync({ since, timeout: '60000' });
      await alice.send(room, 'news');
      expect(JSON.stringify(await polled)).to.contain('news');
      const leaving = new AbortController();
      const left = server.fetch(`${V3}/sync?timeout=60000&since=${since}x`, { signal: leaving.signal });
      leaving.abort();
      expect(await failureOf(left)).to.contain('abort');
      const { next_batch: later } = await alice.sync();
      const last = alice.sync({ since: later, timeout: '60000' });
      await new Promise((resolve) => setImmediate(resolve));
      await server.close();
      expect(await failureOf(last)).to.match(/no failure|socket hang up/);
    });
  });

  it('has what clients do every day', async () => {
    server = await boot({ port: 'none' });
    const [alice, bob] = [await server.register('alice'), await server.user('bob', { admin: true })];
    const room = await alice.createRoom({ preset: 'public_chat', initial_state: [{ type: 'm.room.join_rules', content: { join_rule: 'knock' } }] });
    await bob.knock(room, 'let me in');
    await alice.invite(room, bob);
    await bob.join(room);
    const event = await alice.send(room, 'first');
    const reaction = await bob.react(room, event);
    await bob.redact(room, reaction, 'no');
    expect((await alice.getEvent(room, reaction)).content).to.deep.equal({});
    await bob.sendInThread(room, event, 'in the thread');
    await alice.edit(room, event, 'second');
    const [root] = await alice.threads(room);
    expect(root?.event_id).to.equal(event);
    expect(JSON.stringify(root)).to.contain('second');
    await alice.setProfile('displayname', 'Alice');
    expect(await bob.profile(alice.userId)).to.include({ displayname: 'Alice' });
    await alice.setAccountData('org.x', { a: 1 });
    await alice.setAccountData('org.x', { b: 1 }, room);
    expect([await alice.getAccountData('org.x'), await alice.getAccountData('org.x', room)]).to.deep.equal([{ a: 1 }, { b: 1 }]);
    const uri = await alice.upload('bytes', 'text/plain');
    const { content, contentType } = await bob.download(uri);
    expect([Buffer.from(content).toString(), contentType.split(';')[0]]).to.deep.equal(['bytes', 'text/plain']);
    await bob.typing(room);
    await bob.typing(room, 0);
    await bob.markRead(room, event);
    await bob.setPresence('unavailable', 'away');
    await alice.setAlias('#room:localhost', room);
    await alice.publish(room);
    expect(await bob.searchUsers('alice')).to.have.length(1);
    const again = await server.login({ user: 'alice', password: 'secret' });
    expect(await alice.devices()).to.have.length(2);
    await again.renameDevice(alice.deviceId, 'the first');
    await again.logout();
    await expectError(again.devices(), 401, 'M_UNKNOWN_TOKEN');
    await alice.kick(room, bob);
    await alice.ban(room, bob);
    await alice.unban(room, bob);
    await bob.forget(room);
    expect((await server.guest()).userId).to.match(/^@\w+:localhost$/);
    await expectError(server.login({ type: 'm.login.token', token: 'no' }), 403, 'M_FORBIDDEN');
  });

  it('shows each call of a callback: in order, with what it was given and answered, and how long it took', async () => {
    server = await boot({ port: 'none', record: true, modules: [oracle] });
    const alice = await server.user('alice');
    const room = await alice.createRoom();
    const since = server.calls.length;
    await alice.send(room, 'hello');
    await expectError(alice.send(room, 'spam'), 403);
    const [first, second] = server.calls.slice(since);
    expect(first).to.deep.include({ module: 'oracle', callback: 'check_event_for_spam', result: false, error: undefined });
    expect(first?.args[0]).to.deep.include({ room_id: room, content: { msgtype: 'm.text', body: 'hello' } });
    expect(second?.result).to.equal('No spam here');
    expect(second?.microseconds).to.be.greaterThanOrEqual(0);
  });

  it('asks modules directly, about things that are as the server would have them', async () => {
    server = await boot({ port: 'none', modules: [oracle, { module: 'plexus:demo', config: { blocked: ['@bob:localhost'] } }] });
    await server.callHook('check_event_for_spam', build.event());
    const refused = await expectError(server.callHook('check_event_for_spam', build.event({ content: { body: 'spam' } })), 403, 'M_FORBIDDEN');
    expect(refused.body['error']).to.equal('No spam here');
    await server.callHook('user_may_create_room', '@alice:localhost', {});
    await expectError(server.callHook('user_may_create_room', '@bob:localhost', {}), 403);
    expect(await server.callHook('check_username_for_spam', build.profile('@bob:localhost'))).to.equal(true);
    expect(() => build.event({ content: { number: 0.5 } })).to.throw();
    expect(() => build.event({ content: { body: 'x'.repeat(70_000) } })).to.throw('at most 65536');
  });

  it('gives every callback what it is asked about', async () => {
    const seen: unknown[] = [];
    const keeps = (...args: readonly unknown[]): void => void seen.push(...args);
    const module = moduleWith((api) => {
      api.registerThirdPartyRulesCallbacks({
        async check_event_allowed(event, state) {
          keeps(event.roomId, (await state.get('m.room.name'))?.content['name'], await state.has('m.room.topic'));
          for await (const [type] of state) keeps(type);
          return true;
        },
        on_create_room: ({ userId, isAdmin }, content) => keeps(userId, isAdmin, content['name']),
      });
      api.registerSpamCheckerCallbacks({
        async check_media_file_for_spam(file, info) {
          await file.writeChunksTo((chunk) => keeps(Buffer.from(chunk).toString()));
          keeps(info.uploader);
          return true;
        },
        check_registration_for_spam: (_threepid, username) => (keeps(username), 'allow'),
        check_login_for_spam: (userId) => (keeps(userId), 'NOT_SPAM'),
      });
      api.registerPresenceRouterCallbacks({
        get_users_for_states: (states) => new Map(states.map(({ userId }) => (keeps(userId), [userId, new Set(states)]))),
        get_interested_users: () => new Set(),
      });
    });
    server = await boot({ port: 'none', modules: [{ module }] });
    const named = (name: string) => build.event({ type: 'm.room.name', stateKey: '', content: { name } });
    await server.callHook('check_event_allowed', build.event({ roomId: '!a:localhost' }), build.state(named('Old'), named('New')));
    await server.callHook('on_create_room', build.requester('@bob:localhost', { isAdmin: true }), { name: 'Room' }, true);
    await server.callHook('check_media_file_for_spam', build.file('bytes'), build.fileInfo({ uploader: '@eve:localhost' }));
    expect(await server.callHook('check_registration_for_spam', build.registration({ username: 'rita' }))).to.equal('allow');
    await server.callHook('check_login_for_spam', build.login('@lou:localhost'));
    const routed = await server.callHook('get_users_for_states', [build.presence('@pia:localhost')]);
    expect([...routed.keys()]).to.deep.equal(['@pia:localhost']);
    const [room, ...others] = seen;
    expect(room).to.equal('!a:localhost');
    expect(others.join(' ')).to.equal('New false m.room.name @bob:localhost true Room bytes @eve:localhost rita @lou:localhost @pia:localhost');
  });

  describe('catches what leaves the server', () => {
    beforeEach(async () => void (server = await boot({ port: 'none', clock: 'fake', outside: 'caught', modules: [oracle] })));

    it('and answers as declared', async () => {
      const alice = await server.user('alice');
      const room = await alice.createRoom();
      const asked = { method: 'POST', url: 'https://oracle.example.org/check' };
      server.outside.expect({ ...asked, body: { body: 'unclear' }, reply: { body: { spam: false } } });
      server.outside.expect({ ...asked, reply: () => ({ body: { spam: true } }) });
      await alice.send(room, 'unclear');
      await expectError(alice.send(room, 'unclear'), 403);
      expect(server.outside.requests.map(({ method, url }) => `${method} ${url}`)).to.deep.equal(
        Array(2).fill('POST https://oracle.example.org/check'),
      );
      server.outside.expect({ ...asked, reply: new Error('no route') });
      await expectError(alice.send(room, 'unclear'), 500);
      expect(server.decisions.at(-1)?.said).to.equal('no route');
      await server.close();
    });

    it('and fails where something was not declared, or did not come', async () => {
      const alice = await server.user('alice');
      await expectError(alice.send(await alice.createRoom(), 'unclear'), 500);
      server.outside.expect({ method: 'GET', url: /never/ });
      const failed = await server.close().catch((error: unknown) => error);
      expect(failed).to.be.instanceOf(UnmetExpectations);
      expect(String(failed)).to.contain('not declared: POST https://oracle.example.org/check').and.contain('not asked: GET /never/');
    });

    it('mails and notifications, too', async () => {
      const wish = { client_secret: 'secret', email: 'carol@example.org', send_attempt: 1 };
      await server.request('POST', `${V3}/register/email/requestToken`, wish);
      const [alice, bob] = [await server.user('alice'), await server.user('bob')];
      const room = await alice.createRoom({ preset: 'trusted_private_chat', invite: [bob.userId] });
      await bob.join(room);
      await bob.addPusher();
      await alice.send(room, 'hi, bob');
      await server.idle();
      expect(server.outside.takePush().notification).to.include({ type: 'm.room.message', sender: alice.userId });
      expect(() => server.outside.takePush()).to.throw('There is no notification');
      expect(await failureOf(server.close())).to.contain('mail that nobody took: to carol@example.org');
      expect(server.outside.takeMail('carol@example.org').text).to.match(/https:/);
    });
  });

  describe('breaks things', () => {
    const faults = ['throw', 'hang', 'never-settle', 'wrong-shape'] as const;
    for (const onError of ['deny', 'allow'] as const) {
      it(`and sees that they do what was declared: ${onError}`, async () => {
        server = await boot({ port: 'none', clock: 'fake', modules: [{ ...oracle, on_error: onError }] });
        const alice = await server.user('alice');
        const room = await alice.createRoom();
        for (const fault of faults) await server.faults.expectPolicy('check_event_for_spam', fault, () => alice.send(room, 'hello'));
        await alice.send(room, 'whole again');
        expect(await failureOf(server.faults.expectPolicy('check_event_for_spam', 'throw', () => alice.sync()))).to.contain('was not asked');
        expect(() => server.faults.callback('user_may_invite', 'throw')).to.throw('No module has user_may_invite');
      });
    }

    it('and fails when they do otherwise', async () => {
      server = await boot({ port: 'none', modules: [{ ...oracle, on_error: 'allow' }] });
      const alice = await server.user('alice');
      const room = await alice.createRoom();
      const act = async (): Promise<void> => {
        await alice.send(room, 'hello');
        throw new Error('something else');
      };
      expect(await failureOf(server.faults.expectPolicy('check_event_for_spam', 'throw', act))).to.contain('should have had no effect');
    });

    it('the database and the disk', async () => {
      server = await boot({ port: 'none' });
      const alice = await server.user('alice');
      const room = await alice.createRoom();
      const { next_batch: since } = await alice.sync();
      server.faults.databaseBusy();
      await expectError(alice.send(room, 'busy'), 500, 'M_UNKNOWN');
      const makeRoom = server.faults.diskFull();
      await expectError(alice.send(room, 'full'), 507, 'M_UNKNOWN');
      makeRoom();
      await alice.send(room, 'fine');
      const news = JSON.stringify(await alice.sync({ since, timeout: '0' }));
      expect(news).to.contain('fine').and.not.contain('busy').and.not.contain('full');
    });
  });

  describe('finds what modules leave open', () => {
    const leaksOf = async (open: (api: ModuleApi) => void, clock: 'fake' | 'system' = 'system'): Promise<readonly string[]> => {
      server = await boot({ port: 'none', leaks: true, clock, modules: [{ name: 'leaky', module: moduleWith(open) }] });
      await server.user('alice');
      await server.exchangeModules([]);
      return server.leaks();
    };
    it('a timer, told with its place', async () => {
      let timer: NodeJS.Timeout | undefined;
      const [leak, ...others] = await leaksOf(() => (timer = setInterval(() => undefined, 60_000).unref()));
      expect(leak).to.match(/^leaky left a timer \(at .*test-kit-watching\.test\.[jt]s:\d+:\d+\) open$/);
      expect(others).to.deep.equal([]);
      expect(await failureOf(server.close())).to.equal(leak);
      clearInterval(timer);
    });
    it('a timer of the fake clock, set in a callback', async () => {
      const leaks = await leaksOf((api) => {
        api.registerAccountValidityCallbacks({ on_user_registration: () => void api.clock.after(1_000, () => undefined) });
      }, 'fake');
      expect(leaks.join('\n')).to.contain('leaky left a timer');
    });
    it('a listener for events of the process', async () => {
      const listener = (): void => undefined;
      const leaks = await leaksOf(() => process.on('warning', listener));
      expect(leaks).to.have.length(1);
      expect(leaks[0]).to.match(/^leaky left a listener for process\.on\('warning'\) \(at .*test-kit-watching\.test\.[jt]s:\d+:\d+\) open$/);
      process.off('warning', listener);
    });
    for (const [name, { what, begin }] of Object.entries(GOING_ON)) {
      it(`what ${name} begins, unless that is ended`, async () => {
        let end: (() => unknown) | undefined;
        const [leak, ...others] = await leaksOf((api) => {
          end = begin(tmpdir());
          api.onDispose(begin(tmpdir()));
        });
        expect(leak).to.match(new RegExp(`^leaky left ${what} \\(at .*watching-forever\\.[jt]s:\\d+:\\d+\\) open$`));
        expect(others).to.deep.equal([]);
        await end?.();
        await server.close();
      });
    }
    it('and nothing where nothing is left', async () => {
      const leaks = await leaksOf((api) => {
        const timer = setInterval(() => undefined, 60_000);
        api.onDispose(() => clearInterval(timer));
        api.loopingBackgroundCall(() => undefined, 1_000);
        void api.runAsBackgroundProcess('sleeper', () => api.sleep(60));
        api.registerAccountValidityCallbacks({ on_user_registration: (userId) => api.store.set(userId, true) });
      });
      expect(leaks).to.deep.equal([]);
      await server.close();
    });
  });

  it('counts which callbacks were called in the tests', async () => {
    server = await boot({ port: 'none', modules: [oracle, NEVER] });
    await server.callHook('check_event_for_spam', build.event({ content: { body: 'spam' } })).catch(() => undefined);
    const of = (module: string): number | undefined => callbackCoverage().find((one) => one.module === module)?.calls;
    expect([of('oracle')! > 0, of('never')]).to.deep.equal([true, 0]);
    expect(coverageSummary())
      .to.contain('never: never check_event_for_spam')
      .and.match(/\d times: oracle check_event_for_spam/);
  });

  it('writes decisions down as a text that is the same in every run', async () => {
    const texts: string[] = [];
    for (let run = 0; run < 2; run++) {
      server = await boot({ port: 'none', modules: [oracle] });
      const alice = await server.user('alice');
      const room = await alice.createRoom();
      await expectError(alice.send(room, 'spam'), 403);
      await expectError(alice.send(room, 'unclear'), 500);
      texts.push(decisionText(server.decisions));
      await server.close();
    }
    expect(texts[0]).to.equal(texts[1]);
    const [line] = texts[0]!.split('\n');
    expect(line).to.equal('refused oracle check_event_for_spam @alice:localhost send-event !1 $1 m.room.message: M_FORBIDDEN No spam here');
  });
});
