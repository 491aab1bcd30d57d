import { expect } from 'chai';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { clientOf } from './client.ts';

const BASE = '/_synapse/admin/v1/registration_tokens';

describe('registration tokens', () => {
  let server: TestServer;
  let admin: TestUser;
  const { post, register } = clientOf(() => server);
  beforeEach(async () => {
    server = await boot({ clock: 'fake', config: { registration: { mode: 'token' } } });
    admin = await server.user('root', { admin: true });
  });
  afterEach(() => server.close());

  const make = (token: Json): Promise<Json> => admin.request('POST', `${BASE}/new`, token);
  const isValid = async (token: string): Promise<unknown> =>
    ((await server.request('GET', `/_matrix/client/v1/register/m.login.registration_token/validity?token=${token}`)) as Json)['valid'];
  const by = (token: string): Json => ({ auth: { type: 'm.login.registration_token', token } });

  it('let people register as often as they allow', async () => {
    expect(await make({ token: 'abc', uses_allowed: 2 })).to.deep.equal({
      token: 'abc',
      uses_allowed: 2,
      pending: 0,
      completed: 0,
      expiry_time: null,
    });
    await register('alice', by('abc'));
    expect(await isValid('abc')).to.equal(true);
    await register('bob', by('abc'));
    expect(await isValid('abc')).to.equal(false);
    await expectError(register('carol', by('abc')), 401, 'M_FORBIDDEN');
    expect(await admin.request('GET', `${BASE}/abc`)).to.include({ completed: 2 });
  });

  it('are used once even by two who come at the same time', async () => {
    await make({ token: 'abc', uses_allowed: 1 });
    const both = await Promise.allSettled([register('alice', by('abc')), register('bob', by('abc'))]);
    expect(both.filter((one) => one.status === 'fulfilled')).to.have.length(1);
  });

  it('end at their time', async () => {
    await make({ token: 'abc', expiry_time: server.clock.now() + 1000 });
    expect(await isValid('abc')).to.equal(true);
    await server.advance(1000);
    expect(await isValid('abc')).to.equal(false);
    expect(await isValid('never-made')).to.equal(false);
  });

  it('are made up when none is named, listed, changed and deleted', async () => {
    const { token } = await make({ length: 20 });
    expect(token).to.match(/^[A-Za-z0-9]{20}$/);
    await make({ token: 'zzz', uses_allowed: 0 });
    const listed = async (query = ''): Promise<unknown[]> =>
      ((await admin.request('GET', BASE + query))['registration_tokens'] as Json[]).map((one) => one['token']);
    expect(await listed()).to.have.members([token, 'zzz']);
    expect(await listed('?valid=true')).to.deep.equal([token]);
    expect(await listed('?valid=false')).to.deep.equal(['zzz']);
    expect(await admin.request('PUT', `${BASE}/zzz`, { uses_allowed: null })).to.include({ uses_allowed: null });
    await admin.request('DELETE', `${BASE}/zzz`);
    await expectError(admin.request('DELETE', `${BASE}/zzz`), 404, 'M_NOT_FOUND');
    await expectError(admin.request('GET', `${BASE}/zzz`), 404, 'M_NOT_FOUND');
    await expectError(admin.request('PUT', `${BASE}/zzz`, {}), 404, 'M_NOT_FOUND');
  });

  it('are refused when they make no sense', async () => {
    await make({ token: 'abc' });
    for (const token of [{ token: 'abc' }, { token: 'a b' }, { token: 'x'.repeat(65) }, { uses_allowed: -1 }, { expiry_time: 1 }]) {
      await expectError(make(token), 400, 'M_INVALID_PARAM');
    }
    await expectError(make({ length: 65 }), 400, 'M_BAD_JSON');
  });

  it('are the administrators’ alone', async () => {
    const alice = await server.user('alice');
    await expectError(alice.request('GET', BASE), 403, 'M_FORBIDDEN');
    await expectError(alice.request('POST', `${BASE}/new`, {}), 403, 'M_FORBIDDEN');
    await expectError(server.request('GET', BASE), 401, 'M_MISSING_TOKEN');
    await expectError(post('/register', by('guess')), 401, 'M_FORBIDDEN');
  });
});
