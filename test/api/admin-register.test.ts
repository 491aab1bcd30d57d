import { expect } from 'chai';
import { registrationMac } from '../../src/core/registration-mac.ts';
import { boot, expectError, type TestServer } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { clientOf } from './client.ts';

const PATH = '/_synapse/admin/v1/register';
const SECRET = 'a shared secret';

interface Account {
  readonly nonce: string;
  readonly username: string;
  readonly password: string;
  readonly admin?: boolean;
  readonly displayname?: string;
  readonly user_type?: string;
}

describe('registration by shared secret', () => {
  let server: TestServer;
  const { as, logIn } = clientOf(() => server);
  beforeEach(async () => (server = await boot({ clock: 'fake', config: { registration: { mode: 'closed', shared_secret: SECRET } } })));
  afterEach(() => server.close());

  const nonce = async (): Promise<string> => ((await server.request('GET', PATH)) as { nonce: string }).nonce;
  const send = (account: Account, mac?: string, secret = SECRET): Promise<Json> => {
    const proof = registrationMac(secret, { admin: false, ...account, userType: account.user_type });
    return server.request('POST', PATH, { ...account, mac: mac ?? proof }) as Promise<Json>;
  };

  it('makes accounts and admins although registration is closed', async () => {
    const made = await send({ nonce: await nonce(), username: 'root', password: 'secret', admin: true, displayname: 'The Root' });
    expect(made).to.include({ user_id: '@root:localhost', home_server: 'localhost' });
    await as(made['access_token']);
    await logIn('root');
    expect(await server.request('GET', '/_matrix/client/v3/profile/@root:localhost')).to.deep.equal({ displayname: 'The Root' });
    await send({ nonce: await nonce(), username: 'helper', password: 'secret', user_type: 'bot' });
  });

  it('is proven as the tools do it', () => {
    // printf 'n\\0u\\0p\\0admin' | openssl dgst -sha1 -hmac shared
    const mac = registrationMac('shared', { nonce: 'n', username: 'u', password: 'p', admin: true });
    expect(mac).to.equal('5050d8a114bc8f13c5bc0ef228e3c37072acbb81');
  });

  it('uses a nonce once, within a minute', async () => {
    const used = await nonce();
    await send({ nonce: used, username: 'a', password: 'secret' });
    await expectError(send({ nonce: used, username: 'b', password: 'secret' }), 400, 'M_UNKNOWN');
    const late = await nonce();
    await server.advance(60_000);
    await expectError(send({ nonce: late, username: 'b', password: 'secret' }), 400, 'M_UNKNOWN');
  });

  it('refuses another secret, and what the proof was not made for', async () => {
    await expectError(send({ nonce: await nonce(), username: 'a', password: 'secret' }, undefined, 'guess'), 403, 'M_FORBIDDEN');
    await expectError(send({ nonce: await nonce(), username: 'a', password: 'secret' }, 'abc'), 403, 'M_FORBIDDEN');
    const own = await nonce();
    const mac = registrationMac(SECRET, { nonce: own, username: 'a', password: 'secret', admin: false });
    await expectError(send({ nonce: own, username: 'a', password: 'secret', admin: true }, mac), 403, 'M_FORBIDDEN');
  });

  it('refuses names as any registration does', async () => {
    await send({ nonce: await nonce(), username: 'a', password: 'secret' });
    await expectError(send({ nonce: await nonce(), username: 'a', password: 'secret' }), 400, 'M_USER_IN_USE');
    await expectError(send({ nonce: await nonce(), username: 'A', password: 'secret' }), 400, 'M_USER_IN_USE');
    await expectError(send({ nonce: await nonce(), username: 'a b', password: 'secret' }), 400, 'M_INVALID_USERNAME');
    await expectError(server.request('POST', PATH, { nonce: 'x' }), 400, 'M_BAD_JSON');
  });

  it('is off without a secret', async () => {
    const other = await boot({ config: { registration: { mode: 'open' } } });
    await expectError(other.request('GET', PATH), 400, 'M_UNKNOWN');
    await other.close();
  });
});
