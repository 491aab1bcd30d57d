import { expect } from 'chai';
import { boot } from 'plexus/testing';
import ProxyLogin from './proxy-login.ts';

describe('ProxyLogin', () => {
  it('sends whom the proxy knows on to their client, with a token', async () => {
    const server = await boot({ modules: [{ module: ProxyLogin }] });
    const open = (headers: Record<string, string>): Promise<Response> =>
      server.fetch('/_synapse/client/proxy-login?redirectUrl=https://app.example.org/', { headers });
    expect((await open({})).status).to.equal(401);
    const page = await (await open({ 'x-remote-user': 'alice' })).text();
    const [, token] = /https:\/\/app\.example\.org\/\?loginToken=([\w-]+)/.exec(page) ?? [];
    const alice = await server.login({ type: 'm.login.token', token });
    expect(alice.userId).to.equal('@alice:localhost');
    await server.close();
  });
});
