import { expect } from 'chai';
import { boot, expectError, type TestServer } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { byPassword, clientOf, PASSWORD } from '../api/client.ts';
import { SsoWalk } from '../support/sso-walk.ts';
import { moduleWith } from './module-with.ts';

describe('modules that follow who is logged in', () => {
  let server: TestServer;
  let told: unknown[];
  const { post, as, register, logIn } = clientOf(() => server);
  const watching = moduleWith((api) => {
    api.registerAccountValidityCallbacks({ on_user_login: (...args) => void told.push(['in', ...args]) });
    api.registerPasswordAuthProviderCallbacks({
      on_logged_out: (...args) => void told.push(['out', ...args]),
      auth_checkers: [[['org.example.key', ['key']], (user, _type, { key }) => (key === 'right' ? user : null)]],
    });
  });
  beforeEach(() => {
    told = [];
  });
  const ALICE = '@alice:localhost';

  describe('on a server of its own', () => {
    let token: unknown;
    beforeEach(async () => {
      server = await boot({ modules: [{ module: watching }] });
      token = (await register('alice', { device_id: 'FIRST' }))['access_token'];
    });
    afterEach(() => server.close());

    it('are told of every login, but of no registration', async () => {
      expect(told).to.deep.equal([]);
      await logIn('alice');
      await post('/login', { type: 'org.example.key', identifier: { type: 'm.id.user', user: 'alice' }, key: 'right' });
      const auth = byPassword('alice');
      const issued = (await server.request('POST', `/_matrix/client/v1/login/get_token?access_token=${String(token)}`, { auth })) as Json;
      await post('/login', { type: 'm.login.token', token: issued['login_token'] });
      await expectError(logIn('alice', 'wrong'), 403);
      expect(told).to.deep.equal([
        ['in', ALICE, null, null],
        ['in', ALICE, 'org.example.key', null],
        ['in', ALICE, 'm.login.token', null],
      ]);
    });

    it('are told of a logout, with the token', async () => {
      await as(token, 'POST', '/logout');
      expect(told).to.deep.equal([['out', ALICE, 'FIRST', token]]);
    });

    it('are told of every device when somebody logs out everywhere', async () => {
      await logIn('alice', PASSWORD, { device_id: 'SECOND' });
      told = [];
      await as(token, 'POST', '/logout/all');
      expect(told).to.deep.equal([
        ['out', ALICE, 'FIRST', token],
        ['out', ALICE, 'SECOND', null],
      ]);
    });

    it('are told when devices are deleted, and who else has to log in again after a new password', async () => {
      for (const device of ['SECOND', 'THIRD', 'FOURTH']) await logIn('alice', PASSWORD, { device_id: device });
      told = [];
      await as(token, 'DELETE', '/devices/SECOND', { auth: byPassword('alice') });
      await as(token, 'POST', '/delete_devices', { devices: ['THIRD', 'NONE'], auth: byPassword('alice') });
      await as(token, 'POST', '/account/password', { new_password: 'new', logout_devices: false, auth: byPassword('alice') });
      await as(token, 'POST', '/account/password', { new_password: 'newer', auth: byPassword('alice', 'new') });
      expect(told).to.deep.equal(['SECOND', 'THIRD', 'FOURTH'].map((device) => ['out', ALICE, device, null]));
    });

    it('are told when the account ends', async () => {
      await as(token, 'POST', '/account/deactivate', { auth: byPassword('alice') });
      expect(told).to.deep.equal([['out', ALICE, 'FIRST', null]]);
    });

    it('are told who loses a device to somebody who logs in with it', async () => {
      await logIn('alice', PASSWORD, { device_id: 'FIRST' });
      expect(told).to.deep.equal([
        ['out', ALICE, 'FIRST', null],
        ['in', ALICE, null, null],
      ]);
    });

    it('are not told when a token is exchanged for a new one: nobody is logged out by it', async () => {
      const { refresh_token: refresh } = await logIn('alice', PASSWORD, { refresh_token: true });
      told = [];
      const next = await post('/refresh', { refresh_token: refresh });
      await as(next['access_token']);
      await post('/refresh', { refresh_token: next['refresh_token'] });
      expect(told).to.deep.equal([]);
    });
  });

  it('are told by which provider somebody came', async () => {
    const spam: unknown[] = [];
    const doorkeeper = moduleWith((api) =>
      api.registerSpamCheckerCallbacks({ check_login_for_spam: (...args) => (spam.push([args[0], args[4]]), 'NOT_SPAM') }),
    );
    const walk = await SsoWalk.open();
    await walk.start({ modules: [{ module: watching }, { module: doorkeeper }] });
    expect(await walk.userOf('1')).to.equal(ALICE);
    expect(told).to.deep.equal([['in', ALICE, 'm.login.sso', 'company']]);
    expect(spam).to.deep.equal([[ALICE, 'company']]);
    await walk.stop();
    await walk.provider.close();
  });
});
