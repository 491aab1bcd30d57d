import { expect } from 'chai';
import { boot, type TestServer } from '../../src/testing/index.ts';
import { inRoom } from './sync-reply.ts';

describe('GET /sync', () => {
  let server: TestServer;
  before(async () => (server = await boot()));
  after(() => server.close());

  it('tells a new device everything, and afterwards what is new', async () => {
    const alice = await server.user('alice');
    const room = await alice.createRoom({ name: 'hello' });
    const first = await alice.sync();
    expect(inRoom(first, room).timeline.events.map(({ type }) => type)).to.include.members(['m.room.create', 'm.room.member', 'm.room.name']);
    expect(inRoom(first, room).timeline.limited).to.equal(false);
    const eventId = await alice.send(room, 'hi');
    const next = await alice.sync({ since: first.next_batch });
    expect(inRoom(next, room).timeline.events.map((event) => event.event_id)).to.deep.equal([eventId]);
    expect(inRoom(next, room).state).to.deep.equal([]);
    expect(await alice.sync({ since: next.next_batch })).to.deep.equal({ next_batch: next.next_batch });
  });
});
