import { expect } from 'chai';
import { boot, expectError } from 'plexus/testing';
import Visits from './visits.ts';

describe('Visits', () => {
  it('counts each user once in a while', async () => {
    const server = await boot({ clock: 'fake', modules: [{ module: Visits, config: { every: '1h' } }] });
    const [alice, bob] = [await server.user('alice'), await server.user('bob')];
    const path = '/_synapse/client/visits';
    await alice.request('POST', path, {});
    expect(await alice.request('POST', path, {})).to.deep.equal({ visits: 1 });
    expect(await bob.request('POST', path, {})).to.deep.equal({ visits: 2 });
    await server.advance(3_600_000);
    expect(await alice.request('POST', path, {})).to.deep.equal({ visits: 3 });
    await expectError(server.request('POST', path, {}), 401, 'M_MISSING_TOKEN');
    await server.close();
  });
});
