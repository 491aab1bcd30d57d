import { expect } from 'chai';
import { boot, expectError } from 'plexus/testing';
import badgeLogin from './badge-login.ts';

describe('badge-login', () => {
  it('lets people in by their badge', async () => {
    const server = await boot({ modules: [{ module: badgeLogin, config: { badges: { 4711: 'alice' } } }] });
    const { flows } = (await server.request('GET', '/_matrix/client/v3/login')) as { flows: { type: string }[] };
    expect(flows.map(({ type }) => type)).to.include('org.example.badge');
    const come = (user: string, badge: string) => server.login({ type: 'org.example.badge', identifier: { type: 'm.id.user', user }, badge });
    const alice = await come('alice', '4711');
    expect(alice.userId).to.equal('@alice:localhost');
    await alice.logout();
    expect((await come('@alice:localhost', '4711')).userId).to.equal(alice.userId);
    await expectError(come('alice', '4712'), 403, 'M_FORBIDDEN');
    await expectError(come('bob', '4711'), 403, 'M_FORBIDDEN');
    await server.close();
  });
});
