import { expect } from 'chai';
import { boot, expectError, type TestServer } from '../../src/testing/index.ts';
import { byPassword, clientOf } from './client.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#user-interactive-authentication-api */
describe('user-interactive authentication', () => {
  let server: TestServer;
  let token: unknown;
  const { as, register, logIn } = clientOf(() => server);
  beforeEach(async () => {
    server = await boot({ clock: 'fake' });
    token = (await register('alice', { device_id: 'OWN' }))['access_token'];
    for (const device of ['A', 'B']) await logIn('alice', undefined, { device_id: device });
  });
  afterEach(() => server.close());

  const remove = (devices: string[], auth?: unknown): Promise<unknown> => as(token, 'POST', '/delete_devices', { devices, auth });
  const devices = async (): Promise<unknown[]> =>
    ((await as(token, 'GET', '/devices'))['devices'] as { device_id: string }[]).map((device) => device.device_id);
  const begin = async (): Promise<unknown> => (await expectError(remove(['A']), 401)).body['session'];

  it('is asked for without an error code, and its session leads to the end', async () => {
    const asked = await expectError(remove(['A']), 401);
    expect(asked.body).to.deep.equal({ flows: [{ stages: ['m.login.password'] }], params: {}, session: asked.body['session'] });
    await remove(['A'], { ...byPassword('alice'), session: asked.body['session'] });
    expect(await devices()).to.deep.equal(['B', 'OWN']);
  });

  it('ends for who shows that they are somebody else', async () => {
    await register('bob');
    await expectError(remove(['A'], byPassword('bob')), 403, 'M_FORBIDDEN');
    await expectError(remove(['A'], byPassword('bob', 'a guess')), 401, 'M_FORBIDDEN');
    expect(await devices()).to.have.length(3);
  });

  it('lets a client that knows what is needed come at once', async () => {
    await remove(['A'], byPassword('@alice:localhost'));
    await remove(['B'], { type: 'm.login.password', password: 'secret' });
    expect(await devices()).to.deep.equal(['OWN']);
  });

  it('lets an attempt that failed be repeated in the same session', async () => {
    const session = await begin();
    for (const auth of [byPassword('alice', 'wrong'), byPassword('bob'), { type: 'm.login.password', user: 'elsewhere' }]) {
      const refused = await expectError(remove(['A'], { ...auth, session }), 401);
      expect(refused.errcode).to.be.oneOf(['M_FORBIDDEN', 'M_MISSING_PARAM']);
      expect(refused.body).to.include({ session }).and.to.include.keys('flows', 'error');
    }
    expect(await devices()).to.have.length(3);
    await remove(['A'], { ...byPassword('alice'), session });
    expect(await devices()).to.have.length(2);
  });

  it('refuses stages that are not in a flow', async () => {
    const refused = await expectError(remove(['A'], { type: 'm.login.dummy', session: await begin() }), 401, 'M_FORBIDDEN');
    expect(refused.body['flows']).to.deep.equal([{ stages: ['m.login.password'] }]);
    expect(await devices()).to.have.length(3);
  });

  it('is good for one request', async () => {
    const session = await begin();
    await remove(['A'], { ...byPassword('alice'), session });
    const again = await expectError(remove(['B'], { session }), 401, 'M_FORBIDDEN');
    expect(again.body['session']).to.not.equal(session);
    expect(await devices()).to.include('B');
  });

  it('is good for one user and one endpoint', async () => {
    const session = await begin();
    const bob = await register('bob');
    await expectError(
      as(bob['access_token'], 'POST', '/delete_devices', { devices: [], auth: { ...byPassword('bob'), session } }),
      403,
      'M_FORBIDDEN',
    );
    await expectError(as(token, 'POST', '/account/deactivate', { auth: { ...byPassword('alice'), session } }), 403, 'M_FORBIDDEN');
  });

  it('ends after an hour', async () => {
    const session = await begin();
    await server.advance(3_600_000);
    await expectError(remove(['A'], { ...byPassword('alice'), session }), 401, 'M_FORBIDDEN');
  });

  it('cannot be used to try passwords without end', async () => {
    const limited = await boot({ clock: 'fake', config: { rate_limits: { enabled: true, login: { per_second: 1, burst: 3 } } } });
    const bob = await limited.user('bob');
    const guess = (): Promise<unknown> => bob.request('POST', '/_matrix/client/v3/delete_devices', { devices: [], auth: byPassword('bob', 'guess') });
    for (let attempt = 0; attempt < 3; attempt++) await expectError(guess(), 401, 'M_FORBIDDEN');
    await expectError(guess(), 429, 'M_LIMIT_EXCEEDED');
    await limited.close();
  });

  it('answers what the client completed elsewhere with what is still missing', async () => {
    const session = await begin();
    const asked = await expectError(remove(['A'], { session }), 401);
    expect(asked.body).to.include({ session }).and.to.not.have.property('errcode');
  });
});
