import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RegistrationBehaviour, type ModuleApi } from '../../src/modules/public.ts';
import { boot, expectError, type BootOptions, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { requestJson } from '../../src/testing/request.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { moduleWith } from '../modules/module-with.ts';

const BASE = '/_plexus/admin/v1';

/** Refuses spam and people called mallory, writes "please" behind what is rude, and is broken for the unlucky. */
const strict = moduleWith((api: ModuleApi) => {
  api.registerSpamCheckerCallbacks({
    check_event_for_spam: ({ content }) => content['body'] === 'spam' && 'no spam here',
    user_may_invite: (_inviter, invitee) => invitee !== '@mallory:localhost',
    check_login_for_spam: (userId) => (userId === '@mallory:localhost' ? 'M_FORBIDDEN' : 'NOT_SPAM'),
    check_registration_for_spam: (_email, username) => (username === 'eve' ? RegistrationBehaviour.DENY : RegistrationBehaviour.ALLOW),
    check_media_file_for_spam: (_file, info) => info.mediaType !== 'text/evil',
    user_may_create_room: (userId) => {
      if (userId === '@unlucky:localhost') throw new Error('broken');
      return true;
    },
  });
  api.registerThirdPartyRulesCallbacks({
    check_event_allowed(event) {
      if (event.content['body'] !== 'rude') return true;
      const dict = event.getDict();
      dict.content['body'] = 'please';
      return [true, dict];
    },
  });
});

describe('the decision trail', () => {
  let server: TestServer, admin: TestUser, alice: TestUser, room: string;
  const start = async (options: BootOptions = {}): Promise<void> => {
    server = await boot({ clock: 'fake', modules: [{ module: strict, name: 'strict' }], ...options });
  };
  beforeEach(async () => {
    await start();
    [admin, alice] = [await server.user('root', { admin: true }), await server.user('alice')];
    room = await alice.createRoom();
  });
  afterEach(() => server.close());

  /** Of the server as it runs now: users keep the address of the one at which they registered. */
  const ask = (who: TestUser, method: string, path: string, body?: unknown): Promise<Json> =>
    requestJson(server.url, method, BASE + path, body, who.accessToken) as Promise<Json>;
  const page = (query: Record<string, string | number> = {}, who = admin): Promise<Json> =>
    ask(
      who,
      'GET',
      `/decisions?${new URLSearchParams(Object.entries(query).map(([key, value]): [string, string] => [key, String(value)])).toString()}`,
    );
  const list = async (query: Record<string, string | number> = {}): Promise<Json[]> => (await page(query))['decisions'] as Json[];
  const saidOf = (decisions: readonly Json[]): unknown[] => decisions.map(({ callback, outcome, said }) => [callback, outcome, said]);

  it('tells of a refused message: who, where, what the module said, how long it took, and what came of it', async () => {
    await expectError(alice.send(room, 'spam'), 403);
    const [decision, ...others] = await list();
    expect(others).to.be.empty;
    expect(decision).to.deep.include({
      module: 'strict',
      callback: 'check_event_for_spam',
      outcome: 'refused',
      said: 'M_FORBIDDEN no spam here',
      operation: 'send-event',
      actor: alice.userId,
      room_id: room,
      event_type: 'm.room.message',
      shadow: false,
      ts: server.clock.now(),
    });
    expect(decision?.['ms']).to.be.a('number');
    const trail = await admin.request('GET', `${BASE}/incidents/${String(decision?.['incident'])}`);
    expect(trail['decisions']).to.deep.equal([decision]);
    expect(trail['conclusions']).to.deep.equal([
      { ts: server.clock.now(), operation: 'send-event', actor: alice.userId, outcome: 'refused', said: '403 M_FORBIDDEN' },
    ]);
    expect(trail['events']).to.deep.equal([]);
    expect(await list({ event: String(decision?.['event_id']) })).to.deep.equal([decision]);
  });

  it('finds a replaced event by the id under which it was stored, and holds nothing that people wrote', async () => {
    const eventId = await alice.send(room, 'rude');
    const found = await list({ event: eventId });
    expect(saidOf(found)).to.deep.equal([['check_event_allowed', 'replaced', 'another body']]);
    const trail = await admin.request('GET', `${BASE}/requests/${String(found[0]?.['request'])}`);
    expect(trail['events']).to.deep.equal([eventId]);
    expect(JSON.stringify(trail)).not.to.contain('rude').and.not.to.contain('please');
  });

  it('holds nothing that people wrote when a module hands it over in a wrong way', async () => {
    const clumsy = moduleWith((api) =>
      api.registerThirdPartyRulesCallbacks({
        check_event_allowed: (event) => (event.type === 'm.room.message' ? ([event.content['body'], event.content] as never) : true),
      }),
    );
    await server.exchangeModules([{ module: clumsy }]);
    await expectError(alice.send(room, 'a secret'), 500);
    const [decision] = await list();
    expect(decision?.['said']).to.equal('answered [a text of 8 characters, an object], which means nothing here');
  });

  it('tells of logins, registrations, invitations, rooms and uploads', async () => {
    const v3 = '/_matrix/client/v3';
    await expectError(server.request('POST', `${v3}/register`, { username: 'eve', password: 'secret', auth: { type: 'm.login.dummy' } }), 403);
    await server.request('POST', `${v3}/register`, { username: 'mallory', password: 'secret', auth: { type: 'm.login.dummy' }, inhibit_login: true });
    const identifier = { type: 'm.id.user', user: 'mallory' };
    await expectError(server.request('POST', `${v3}/login`, { type: 'm.login.password', identifier, password: 'secret' }), 403);
    await expectError(alice.invite(room, '@mallory:localhost'), 403);
    await expectError(alice.upload('x', 'text/evil'), 403);
    const unlucky = await server.user('unlucky');
    const { body } = await expectError(unlucky.createRoom(), 500);
    const found = await list();
    expect(found.map(({ callback, outcome }) => [callback, outcome])).to.deep.equal([
      ['user_may_create_room', 'failed'],
      ['check_media_file_for_spam', 'refused'],
      ['user_may_invite', 'refused'],
      ['check_login_for_spam', 'refused'],
      ['check_registration_for_spam', 'refused'],
    ]);
    expect(found.at(-1)).to.include({ username: 'eve', user_id: '@eve:localhost' });
    expect(await list({ user: '@eve:localhost' })).to.deep.equal([found.at(-1)]);
    expect(body['error']).to.contain(String(found[0]?.['incident']));
    expect(saidOf(await list({ outcome: 'failed' }))).to.deep.equal([['user_may_create_room', 'failed', 'broken']]);
  });

  it('is searched by user, room, module, callback, time and kind, page by page', async () => {
    const began = server.clock.now();
    for (let turn = 0; turn < 5; turn++) {
      await expectError(alice.send(room, 'spam'), 403);
      await server.advance(1000);
    }
    await expectError(alice.invite(room, '@mallory:localhost'), 403);
    expect(await list({ user: '@mallory:localhost' })).to.have.length(1);
    expect(await list({ user: alice.userId })).to.have.length(6);
    expect(await list({ room })).to.have.length(6);
    expect(await list({ room: '!other:localhost' })).to.be.empty;
    expect(await list({ module: 'strict', callback: 'user_may_invite', shadow: 'false' })).to.have.length(1);
    expect(await list({ module: 'other' })).to.be.empty;
    expect(await list({ from: began + 1000, to: began + 3000 })).to.have.length(2);
    expect(await list({ from: began + 60_000 })).to.be.empty;
    const all = await list();
    const paged: Json[] = [];
    let token: string | undefined;
    do {
      const next = await page({ user: alice.userId, limit: 2, ...(token !== undefined && { from_token: token }) });
      paged.push(...(next['decisions'] as Json[]));
      token = next['next_token'] as string | undefined;
    } while (token !== undefined);
    expect(paged).to.deep.equal(all);
    await expectError(page({ from_token: 'x' }), 400, 'M_INVALID_PARAM');
    await expectError(page({ outcome: 'eaten' }), 400, 'M_INVALID_PARAM');
  });

  it('notes plain allows only where a trace is on, until it ends', async () => {
    await alice.send(room, 'one');
    expect(await list()).to.be.empty;
    const until = server.clock.now() + 60_000;
    const trace = await admin.request('POST', `${BASE}/traces`, { room, until_ts: until });
    expect(trace).to.deep.equal({ trace_id: 1, room, created_by: admin.userId, created_ts: server.clock.now(), until_ts: until });
    const eventId = await alice.send(room, 'two');
    expect(saidOf(await list({ event: eventId }))).to.deep.equal([
      ['check_event_for_spam', 'allowed', ''],
      ['check_event_allowed', 'allowed', ''],
    ]);
    await alice.createRoom();
    expect(await list(), 'nothing of another room').to.have.length(2);
    await server.advance(60_000);
    await alice.send(room, 'three');
    expect(await list()).to.have.length(2);
    expect(await admin.request('GET', `${BASE}/traces`)).to.deep.equal({ traces: [] });
  });

  it('traces users and modules, until an administrator switches that off', async () => {
    const until = server.clock.now() + 60_000;
    const { trace_id: ofUser } = await admin.request('POST', `${BASE}/traces`, { user: alice.userId, until_ts: until });
    await admin.send(await admin.createRoom(), 'not traced');
    expect(await list()).to.be.empty;
    await alice.send(room, 'traced');
    expect(await list()).to.have.length(2);
    await admin.request('DELETE', `${BASE}/traces/${String(ofUser)}`);
    await expectError(admin.request('DELETE', `${BASE}/traces/${String(ofUser)}`), 404, 'M_NOT_FOUND');
    await alice.send(room, 'no more');
    expect(await list()).to.have.length(2);
    await admin.request('POST', `${BASE}/traces`, { module: 'strict', until_ts: until });
    await alice.send(room, 'once more');
    expect(await list()).to.have.length(4);
    for (const wrong of [{ until_ts: 1, room }, { until_ts: until }, { until_ts: until, room, module: 'x' }, { until_ts: until * 2, room }]) {
      await expectError(admin.request('POST', `${BASE}/traces`, wrong), 400, 'M_INVALID_PARAM');
    }
  });

  it('traces how somebody logs in, also before it is known who they are', async () => {
    const until = server.clock.now() + 60_000;
    const knowsNobody = moduleWith((api) =>
      api.registerPasswordAuthProviderCallbacks({ auth_checkers: new Map([[['m.login.password', ['password']], () => null]]) as never }),
    );
    await server.exchangeModules([{ module: knowsNobody }]);
    await admin.request('POST', `${BASE}/traces`, { user: '@carol:localhost', until_ts: until });
    for (const user of ['carol', 'dave']) {
      const login = { type: 'm.login.password', identifier: { type: 'm.id.user', user }, password: 'guess' };
      await expectError(server.request('POST', '/_matrix/client/v3/login', login), 403);
    }
    const [asked, ...others] = await list();
    expect(others).to.be.empty;
    expect(asked).to.include({ callback: 'auth_checkers', outcome: 'allowed', operation: 'log-in', user_id: '@carol:localhost' });
    const { conclusions } = await admin.request('GET', `${BASE}/requests/${String(asked?.['request'])}`);
    expect(conclusions).to.have.nested.property('[0].said', '403 M_FORBIDDEN');
  });

  it('shows under one request what a module did while it was asked', async () => {
    const meddling = moduleWith((api) => {
      api.registerSpamCheckerCallbacks({
        async check_event_for_spam(event) {
          if (event.content['body'] !== 'log me') return false;
          await api
            .createAndSendEventIntoRoom({ type: 'm.room.message', room_id: room, sender: alice.userId, content: { body: 'spam' } })
            .catch(() => 0);
          return 'refused, too';
        },
      });
    });
    await server.exchangeModules([
      { module: meddling, name: 'meddling' },
      { module: strict, name: 'strict' },
    ]);
    await expectError(alice.send(room, 'log me'), 403);
    const [{ request } = {}] = await list({ module: 'meddling' });
    expect((await list({ request: String(request) })).map(({ module }) => module)).to.deep.equal(['meddling', 'strict']);
  });

  it('counts what each module answered', async () => {
    await alice.send(room, 'fine');
    await expectError(alice.send(room, 'spam'), 403);
    const { modules } = (await admin.request('GET', `${BASE}/module_figures`)) as { modules: { module: string; callbacks: Json[] }[] };
    expect(modules.map(({ module }) => module)).to.deep.equal(['strict']);
    const figures = modules[0]?.callbacks.find(({ callback }) => callback === 'check_event_for_spam');
    const calls = Number(figures?.['calls']);
    expect(figures?.['outcomes']).to.deep.equal({ refused: 1, replaced: 0, answered: 0, failed: 0, parked: 0, allowed: calls - 1 });
    expect(figures?.['slowest_ms']).to.be.a('number');
  });

  it('is the administrators’ alone', async () => {
    for (const path of ['decisions', 'traces', 'module_figures', 'incidents/12345678', 'requests/x']) {
      await expectError(alice.request('GET', `${BASE}/${path}`), 403, 'M_FORBIDDEN');
    }
    await expectError(admin.request('GET', `${BASE}/incidents/12345678`), 404, 'M_NOT_FOUND');
    await expectError(admin.request('GET', `${BASE}/requests/x`), 404, 'M_NOT_FOUND');
  });

  it('tells who is refused the id of the incident, where the configuration allows it', async () => {
    expect((await expectError(alice.send(room, 'spam'), 403)).body).to.have.all.keys('errcode', 'error');
    await server.close();
    await start({ config: { decisions: { tell_incidents: true } } });
    [admin, alice] = [await server.user('root', { admin: true }), await server.user('alice')];
    const { body } = await expectError(alice.send(await alice.createRoom(), 'spam'), 403);
    expect(body['error']).to.equal('no spam here');
    const incident = String(body['org.plexus.incident']);
    expect(await admin.request('GET', `${BASE}/incidents/${incident}`)).to.have.property('request');
    const unlucky = await server.user('unlucky');
    const failed = await expectError(unlucky.createRoom(), 500);
    expect(failed.body['error']).to.contain(String(failed.body['org.plexus.incident']));
  });

  it('records and counts apart what a module in shadow mode would have done', async () => {
    await server.exchangeModules([{ module: strict, name: 'strict', mode: 'shadow' }]);
    const sent = await alice.send(room, 'spam');
    await server.idle();
    expect(await list({ shadow: 'true', event: sent })).to.have.length(1);
    const [{ request } = {}] = await list();
    const { conclusions } = await admin.request('GET', `${BASE}/requests/${String(request)}`);
    expect((conclusions as Json[]).map(({ outcome }) => outcome)).to.deep.equal(['done']);
  });

  describe('over time', () => {
    it('is pruned by age and by number', async () => {
      await server.close();
      await start({ config: { decisions: { keep: '2h', max_entries: 100 } } });
      [admin, alice] = [await server.user('root', { admin: true }), await server.user('alice')];
      room = await alice.createRoom();
      for (let turn = 0; turn < 110; turn++) await expectError(alice.send(room, 'spam'), 403);
      expect(await list({ limit: 1000 })).to.have.length(110);
      await server.idle();
      expect(await list({ limit: 1000 })).to.have.length(100);
      await server.advance(7_200_001);
      await server.idle();
      expect(await list()).to.be.empty;
    });

    it('and the traces that are on are there after a restart', async () => {
      await server.close();
      const folder = mkdtempSync(join(tmpdir(), 'plexus-trail-'));
      const database = join(folder, 'plexus.db');
      await start({ database });
      [admin, alice] = [await server.user('root', { admin: true }), await server.user('alice')];
      room = await alice.createRoom();
      await admin.request('POST', `${BASE}/traces`, { room, until_ts: server.clock.now() + 1_000_000_000 });
      await alice.send(room, 'one');
      await expectError(alice.send(room, 'spam'), 403);
      await server.close();
      await start({ database });
      const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/two`;
      await requestJson(server.url, 'PUT', path, { msgtype: 'm.text', body: 'two' }, alice.accessToken);
      expect((await list()).map(({ outcome }) => outcome)).to.deep.equal(['allowed', 'allowed', 'refused', 'allowed', 'allowed', 'allowed']);
      await server.close();
      rmSync(folder, { recursive: true });
      await start();
    });
  });
});
