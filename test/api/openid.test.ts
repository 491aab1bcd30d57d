import { expect } from 'chai';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';

describe('OpenID tokens', () => {
  let server: TestServer;
  let alice: TestUser;
  before(async () => {
    server = await boot({ clock: 'fake' });
    alice = await server.user('alice');
  });
  after(() => server.close());

  const issue = async (user: TestUser, of = user): Promise<Record<string, unknown>> =>
    user.request('POST', `/_matrix/client/v3/user/${encodeURIComponent(of.userId)}/openid/request_token`, {});
  const userinfo = (token: unknown): Promise<unknown> =>
    server.request('GET', `/_matrix/federation/v1/openid/userinfo?access_token=${String(token)}`);

  it('tell another service who somebody is, for an hour', async () => {
    const { access_token: token, ...rest } = await issue(alice);
    expect(rest).to.deep.equal({ token_type: 'Bearer', matrix_server_name: 'localhost', expires_in: 3600 });
    expect(await userinfo(token)).to.deep.equal({ sub: alice.userId });
    expect(await userinfo(token), 'more than once').to.deep.equal({ sub: alice.userId });
    await server.advance(3_600_000);
    await expectError(userinfo(token), 401, 'M_UNKNOWN_TOKEN');
  });

  it('open nothing here', async () => {
    const { access_token: token } = await issue(alice);
    const response = await fetch(`${server.url}/_matrix/client/v3/account/whoami`, { headers: { authorization: `Bearer ${String(token)}` } });
    expect(response.status).to.equal(401);
    await expectError(userinfo(alice.accessToken), 401, 'M_UNKNOWN_TOKEN');
    await expectError(userinfo('nothing'), 401, 'M_UNKNOWN_TOKEN');
    await expectError(server.request('GET', '/_matrix/federation/v1/openid/userinfo'), 400, 'M_MISSING_PARAM');
  });

  it('are for oneself only', async () => {
    const bob = await server.user('bob');
    await expectError(issue(bob, alice), 403, 'M_FORBIDDEN');
  });
});
