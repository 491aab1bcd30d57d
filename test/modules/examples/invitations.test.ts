import { expect } from 'chai';
import { boot, expectError } from 'plexus/testing';
import Invitations from './invitations.ts';

const DAY = 86_400_000;

describe('Invitations', () => {
  it('are bounded, anew each day', async () => {
    const server = await boot({ clock: 'fake', modules: [{ module: Invitations, config: { per_day: 1 } }] });
    const [alice, bob, carol] = [await server.user('alice'), await server.user('bob'), await server.user('carol')];
    const room = await alice.createRoom();
    await alice.invite(room, bob);
    const refused = await expectError(alice.invite(room, carol), 403, 'M_LIMIT_EXCEEDED');
    expect(refused.body['error']).to.equal('Enough for today');
    await server.advance(DAY);
    await server.idle();
    await alice.invite(room, carol);
    await server.close();
  });
});
