import { expect } from 'chai';
import { boot, expectError, type TestServer, type TestUser } from 'plexus/testing';

const DAY = 24 * 60 * 60 * 1000;
const PATH = '/_synapse/client/account_validity';

describe('plexus:account-validity', () => {
  let server: TestServer;
  let admin: TestUser, alice: TestUser;
  beforeEach(async () => {
    server = await boot({ clock: 'fake', modules: [{ module: 'plexus:account-validity', config: { period: '30d' } }] });
    [admin, alice] = [await server.user('root', { admin: true }), await server.user('alice')];
  });
  afterEach(() => server.close());

  const expired = (): Promise<unknown> => expectError(alice.createRoom(), 403, 'ORG_MATRIX_EXPIRED_ACCOUNT');

  it('lets an account expire after the period, but no administrator', async () => {
    await alice.createRoom();
    await server.advance(30 * DAY);
    await expired();
    await admin.createRoom();
  });

  it('lets an administrator renew it: the same token works again', async () => {
    await server.advance(30 * DAY);
    await expired();
    const renewed = await admin.request('POST', `${PATH}/renew`, { user_id: alice.userId, period: '2d' });
    expect(renewed).to.deep.equal({ user_id: alice.userId, expiration_ts: server.clock.now() + 2 * DAY });
    await alice.createRoom();
    await server.advance(2 * DAY);
    await expired();
    await admin.request('POST', `${PATH}/renew`, { user_id: alice.userId });
    await alice.createRoom();
  });

  it('tells users when theirs expires, even afterwards', async () => {
    const expiration = server.clock.now() + 30 * DAY;
    expect(await alice.request('GET', `${PATH}/status`)).to.deep.equal({ user_id: alice.userId, expiration_ts: expiration, expired: false });
    await server.advance(30 * DAY);
    expect(await alice.request('GET', `${PATH}/status`)).to.include({ expired: true });
    expect(await admin.request('GET', `${PATH}/status?user_id=${alice.userId}`)).to.include({ user_id: alice.userId, expired: true });
  });

  it('takes orders from administrators only, and in the right form', async () => {
    await expectError(alice.request('POST', `${PATH}/renew`, { user_id: alice.userId }), 403, 'M_FORBIDDEN');
    await expectError(alice.request('GET', `${PATH}/status?user_id=${admin.userId}`), 403, 'M_FORBIDDEN');
    await expectError(server.request('POST', `${PATH}/renew`, { user_id: alice.userId }), 401, 'M_MISSING_TOKEN');
    await expectError(admin.request('POST', `${PATH}/renew`, {}), 400, 'M_MISSING_PARAM');
    await expectError(admin.request('POST', `${PATH}/renew`, { user_id: alice.userId, period: 'soon' }), 400, 'M_INVALID_PARAM');
    await expectError(admin.request('POST', `${PATH}/renew`, { user_id: '@none:localhost' }), 404, 'M_NOT_FOUND');
  });

  it('refuses a configuration without a period', async () => {
    for (const config of [{}, { period: 'long' }]) {
      const error = await boot({ modules: [{ module: 'plexus:account-validity', config }] }).catch((reason: unknown) => reason);
      expect(String(error)).to.match(/modules\[0\]\.config\.period: /);
    }
  });
});
