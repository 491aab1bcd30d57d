import { expect } from 'chai';
import { boot, expectError, type TestServer } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';

describe('discovery', () => {
  const withServer = async (config: Json, work: (server: TestServer) => Promise<void>): Promise<void> => {
    const server = await boot({ config });
    try {
      await work(server);
    } finally {
      await server.close();
    }
  };

  it('tells the versions of the specification', () =>
    withServer({}, async (server) => {
      const { versions } = (await server.request('GET', '/_matrix/client/versions')) as { versions: string[] };
      expect(versions).to.include.members(['r0.6.1', 'v1.1', 'v1.11', 'v1.19']);
    }));

  it('tells what the user can do', () =>
    withServer({ rooms: { default_version: '10' } }, async (server) => {
      const alice = await server.user('alice');
      const { capabilities } = (await alice.request('GET', '/_matrix/client/v3/capabilities')) as { capabilities: Json };
      expect(capabilities['m.room_versions']).to.deep.include({ default: '10' });
      expect((capabilities['m.room_versions'] as { available: Json }).available).to.include({ 1: 'stable', 12: 'stable' });
      expect(capabilities['m.profile_fields']).to.deep.equal({ enabled: true });
      // The kit's users have no password, so they can confirm nothing by it.
      expect(capabilities['m.change_password']).to.deep.equal({ enabled: false });
      await expectError(server.request('GET', '/_matrix/client/v3/capabilities'), 401, 'M_MISSING_TOKEN');
    }));

  it('says nothing that the configuration does not say', () =>
    withServer({}, async (server) => {
      await expectError(server.request('GET', '/.well-known/matrix/client'), 404, 'M_NOT_FOUND');
      await expectError(server.request('GET', '/.well-known/matrix/support'), 404, 'M_NOT_FOUND');
    }));

  it('tells the address of the server and those who run it', () => {
    const admin = { role: 'm.role.admin', matrix_id: '@admin:localhost' };
    const config = { public_baseurl: 'https://matrix.example.org', well_known: { contacts: [admin], support_page: 'https://example.org/help' } };
    return withServer(config, async (server) => {
      expect(await server.request('GET', '/.well-known/matrix/client')).to.deep.equal({
        'm.homeserver': { base_url: 'https://matrix.example.org' },
      });
      expect(await server.request('GET', '/.well-known/matrix/support')).to.deep.equal({
        contacts: [admin],
        support_page: 'https://example.org/help',
      });
      await server.request('POST', '/_matrix/client/v3/register', { username: 'alice', password: 'secret', auth: { type: 'm.login.dummy' } });
      const login = { type: 'm.login.password', user: 'alice', password: 'secret' };
      expect(await server.request('POST', '/_matrix/client/v3/login', login)).to.deep.include({
        well_known: { 'm.homeserver': { base_url: 'https://matrix.example.org' } },
      });
    });
  });
});
