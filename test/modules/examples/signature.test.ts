import { expect } from 'chai';
import { boot } from 'plexus/testing';
import Signature from './signature.ts';

describe('Signature', () => {
  it('puts the name of the room below every message', async () => {
    const server = await boot({ modules: [{ module: Signature }] });
    const alice = await server.user('alice');
    const room = await alice.createRoom({ name: 'Garden' });
    await alice.send(room, 'hello');
    const [message] = await alice.messages(room);
    expect(message).to.have.nested.property('content.body', 'hello\n-- Garden');
    await server.close();
  });
});
