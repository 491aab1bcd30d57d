import { expect } from 'chai';
import { boot, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { inRoom, roomsIn } from './sync-reply.ts';

describe('GET /sync: large replies', () => {
  /** More than is read at once. */
  const COUNT = 601;
  /** As many as a room can begin with. */
  const FIRST = 250;
  let server: TestServer;
  let alice: TestUser;
  let large: string;
  let small: string;
  before(async () => {
    server = await boot();
    alice = await server.user('alice');
    const text = 'ünï "quoted" '.repeat(40);
    const state = Array.from({ length: FIRST }, (_, number) => ({ type: 'org.example.state', state_key: `${number}`, content: { number, text } }));
    large = await alice.createRoom({ initial_state: state, name: 'Large' });
    for (let number = FIRST; number < COUNT; number++) {
      await alice.request('PUT', `/_matrix/client/v3/rooms/${encodeURIComponent(large)}/state/org.example.state/${number}`, { number, text });
    }
    small = await alice.createRoom({ name: 'Small' });
    for (let i = 0; i < 25; i++) await alice.send(large, `message ${i}`);
  });
  after(() => server.close());

  it('tell all of a state that is read in several pages, in the order in which it came, each event once', async () => {
    const { state = [], timeline } = inRoom(await alice.sync(), large);
    const numbers = state.filter(({ type }) => type === 'org.example.state').map(({ content }) => content['number']);
    expect(numbers).to.deep.equal(Array.from({ length: COUNT }, (_, number) => number));
    expect(state.filter(({ type }) => type === 'm.room.create')).to.have.length(1);
    expect(timeline.limited).to.equal(true);
  });

  it('are whole JSON with all rooms, whether they are sent at once or in pieces', async () => {
    const [all, one] = [await alice.sync(), await alice.sync({ filter: JSON.stringify({ room: { rooms: [small] } }) })];
    expect(Buffer.byteLength(JSON.stringify(all))).to.be.greaterThan(300_000);
    expect(Object.keys(roomsIn(all, 'join')).toSorted()).to.deep.equal([large, small].toSorted());
    expect(Object.keys(roomsIn(one, 'join'))).to.deep.equal([small]);
    expect(Object.keys(roomsIn(await alice.sync({ since: all.next_batch }), 'join'))).to.deep.equal([]);
  });
});
