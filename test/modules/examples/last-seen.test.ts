import { expect } from 'chai';
import { boot } from 'plexus/testing';
import LastSeen from './last-seen.ts';

describe('LastSeen', () => {
  it('tells when somebody was there before', async () => {
    const server = await boot({ clock: 'fake', modules: [{ module: LastSeen }] });
    const alice = await server.user('alice');
    const path = '/_synapse/client/last-seen';
    expect(await alice.request('POST', path, {})).to.deep.equal({ before: null });
    const then = server.clock.now();
    await server.advance(1_000);
    expect(await alice.request('POST', path, {})).to.deep.equal({ before: then });
    await server.close();
  });
});
