import { expect } from 'chai';
import type { ModuleApi } from '../../src/modules/public.ts';
import { boot, type TestServer } from '../../src/testing/index.ts';
import { moduleWith } from './module-with.ts';

describe('the test kit, around a module', () => {
  let server: TestServer;
  afterEach(() => server.close());

  it('lists what it has registered, and what it has logged', async () => {
    const module = moduleWith((api) => {
      api.log.warn({ reason: 'none' }, 'here I am');
      api.registerPasswordAuthProviderCallbacks({ auth_checkers: [[['org.example.token', ['token']], () => null]] });
      api.registerWebResource('/_synapse/client/page/', { GET: () => undefined });
    });
    server = await boot({ port: 'none', record: true, modules: [{ module, name: 'listed', timeout: '3s', on_error: 'allow' }] });
    const [callback] = server.registered.callbacks;
    const login = { type: 'org.example.token', fields: ['token'] };
    expect(callback).to.deep.include({ module: 'listed', name: 'auth_checkers', timeout: 3_000, onError: 'allow', login });
    expect(server.registered.resources).to.deep.equal([{ module: 'listed', path: '/_synapse/client/page' }]);
    expect(server.logged).to.deep.include({ level: 'warn', fields: { module: 'listed', reason: 'none' }, text: 'here I am' });
  });

  it('holds a callback, while something else happens', async () => {
    let isPolite = true;
    const module = moduleWith((api) => api.registerSpamCheckerCallbacks({ check_event_for_spam: () => !isPolite }));
    server = await boot({ port: 'none', modules: [{ module, name: 'held' }] });
    const alice = await server.user('alice');
    const room = await alice.createRoom();
    const held = server.faults.hold('check_event_for_spam', { module: 'held' });
    const sent = alice.send(room, 'hello').catch((error: unknown) => String(error));
    await held.asked;
    isPolite = false;
    held.release();
    expect(await sent).to.contain('403');
    expect(() => server.faults.hold('user_may_invite')).to.throw('No module has user_may_invite');
  });

  it('answers whatever a module asks, without anything that a test has to declare', async () => {
    let api: ModuleApi | undefined;
    const module = moduleWith((given) => (api = given));
    const outside = ({ url }: { url: string }): { body: object } | Error => (url.includes('down') ? new Error('is down') : { body: { url } });
    server = await boot({ port: 'none', outside, modules: [{ module }] });
    expect(await api?.httpClient.getJson('https://example.org/up')).to.deep.equal({ url: 'https://example.org/up' });
    expect(String(await api?.httpClient.getJson('https://example.org/down').catch((error: unknown) => error))).to.contain('is down');
    await server.request('POST', '/_matrix/client/v3/register/email/requestToken', { client_secret: 'x', email: 'a@example.org', send_attempt: 1 });
    await server.idle();
  });

  it('starts with what another server had stored when it crashed', async () => {
    const module = moduleWith((api) => api.registerAccountValidityCallbacks({ on_user_registration: (userId) => api.store.set('last', userId) }));
    const first = await boot({ port: 'none', modules: [{ module, name: 'keeper' }] });
    const alice = await first.register('alice');
    const database = first.databaseImage();
    await first.user('bob');
    await first.close();
    let api: ModuleApi | undefined;
    server = await boot({ port: 'none', database, modules: [{ module: moduleWith((given) => (api = given)), name: 'keeper' }] });
    expect(await api?.store.get('last')).to.equal(alice.userId);
    expect((await server.login({ user: 'alice', password: 'secret' })).userId).to.equal(alice.userId);
    expect(await api?.checkUserExists('@bob:localhost')).to.equal(undefined);
  });
});
