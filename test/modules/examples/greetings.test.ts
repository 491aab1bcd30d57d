import { expect } from 'chai';
import { boot } from 'plexus/testing';
import greetings from './greetings.ts';

const HOUR = 3_600_000;

describe('greetings', () => {
  it('come a day after the registration', async () => {
    const server = await boot({ clock: 'fake' });
    const host = await server.user('host');
    await server.exchangeModules([{ module: greetings, config: { from: host.userId } }]);
    const alice = await server.user('alice');
    await server.advance(23 * HOUR);
    await server.idle();
    expect((await alice.sync())['rooms']).to.equal(undefined);
    await server.advance(2 * HOUR);
    await server.idle();
    const { invite } = (await alice.sync())['rooms'] as { invite: object };
    expect(Object.keys(invite)).to.have.length(1);
    await server.close();
  });
});
