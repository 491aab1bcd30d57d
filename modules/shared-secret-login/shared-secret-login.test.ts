import { expect } from 'chai';
import { createHmac } from 'node:crypto';
import { boot, expectError, type TestServer } from 'plexus/testing';

const SECRET = 'a long and random secret';
const TYPE = 'com.devture.shared_secret_auth';
const V3 = '/_matrix/client/v3';
const tokenOf = (userId: string, secret = SECRET): string => createHmac('sha512', secret).update(userId).digest('hex');

describe('plexus:shared-secret-login', () => {
  let server: TestServer;
  const start = async (more: object = {}): Promise<void> => {
    server = await boot({ modules: [{ module: 'plexus:shared-secret-login', config: { shared_secret: SECRET, ...more } }] });
    await server.user('alice');
  };
  afterEach(() => server.close());
  const logIn = (type: string, field: string, token: unknown, user = 'alice'): Promise<unknown> =>
    server.request('POST', `${V3}/login`, { type, identifier: { type: 'm.id.user', user }, [field]: token });
  const types = async (): Promise<string[]> =>
    ((await server.request('GET', `${V3}/login`)) as { flows: { type: string }[] }).flows.map(({ type }) => type);

  it('logs whoever knows the secret in as any user, by name or by id', async () => {
    await start();
    expect(await types()).to.include(TYPE);
    const token = tokenOf('@alice:localhost');
    expect(await logIn(TYPE, 'token', token)).to.include({ user_id: '@alice:localhost' });
    expect(await logIn(TYPE, 'token', token, '@alice:localhost')).to.include({ user_id: '@alice:localhost' });
  });

  it('refuses every other token, and users that there are not', async () => {
    await start();
    for (const token of [tokenOf('@alice:localhost', 'another'), tokenOf('alice'), '', 'ä'.repeat(64), 'ä'.repeat(128), 5, null]) {
      await expectError(logIn(TYPE, 'token', token), token === 5 || token === null ? 400 : 403);
    }
    await expectError(logIn(TYPE, 'password', tokenOf('@alice:localhost')), 400, 'M_UNKNOWN');
    await expectError(logIn(TYPE, 'token', tokenOf('@bob:localhost'), 'bob'), 403, 'M_FORBIDDEN');
    await expectError(logIn('m.login.password', 'password', tokenOf('@alice:localhost')), 403, 'M_FORBIDDEN');
  });

  it('takes the token as a password where that is wanted, beside the own passwords of users', async () => {
    await start({ m_login_password_support_enabled: true, com_devture_shared_secret_auth_support_enabled: false });
    expect(await types()).to.not.include(TYPE);
    const account = { username: 'bob', password: 'secret', auth: { type: 'm.login.dummy' } };
    await server.request('POST', `${V3}/register`, account);
    expect(await logIn('m.login.password', 'password', tokenOf('@bob:localhost'), 'bob')).to.include({ user_id: '@bob:localhost' });
    expect(await logIn('m.login.password', 'password', 'secret', 'bob')).to.include({ user_id: '@bob:localhost' });
    await expectError(logIn('m.login.password', 'password', 'wrong', 'bob'), 403, 'M_FORBIDDEN');
  });

  it('refuses a configuration by which nobody could log in, or anybody', async () => {
    await start();
    const off = { com_devture_shared_secret_auth_support_enabled: false };
    for (const config of [{}, { shared_secret: 'short' }, { shared_secret: SECRET, ...off }]) {
      const error = await boot({ modules: [{ module: 'plexus:shared-secret-login', config }] }).catch((reason: unknown) => reason);
      expect(String(error)).to.match(/modules\[0\]\.config/);
    }
  });
});
