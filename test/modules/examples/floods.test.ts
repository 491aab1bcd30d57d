import { expect } from 'chai';
import { boot, expectError } from 'plexus/testing';
import floods from './floods.ts';

describe('floods', () => {
  it('are held back, also by the module that takes the place of the one before', async () => {
    const server = await boot({ modules: [{ module: floods }] });
    const alice = await server.user('alice');
    const room = await alice.createRoom();
    await alice.send(room, 'hello');
    const { started, ended } = await server.exchangeModules([{ module: floods, config: { error: 'Once is enough' } }]);
    expect([started, ended]).to.deep.equal([['floods'], ['floods']]);
    const refused = await expectError(alice.send(room, 'hello'), 403, 'M_LIMIT_EXCEEDED');
    expect(refused.body['error']).to.equal('Once is enough');
    await server.close();
  });
});
