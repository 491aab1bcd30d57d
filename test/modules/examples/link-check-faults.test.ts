import { expect } from 'chai';
import { boot, expectError, timelineOf, type TestServer, type TestUser } from 'plexus/testing';
import linkCheck from './link-check.ts';

const config = { url: 'https://links.example.org' };

describe('link-check, when things go wrong', () => {
  let server: TestServer;
  let alice: TestUser;
  let room: string;
  beforeEach(async () => {
    server = await boot({ clock: 'fake', outside: () => ({ body: { bad: false } }), modules: [{ module: linkCheck, config }] });
    alice = await server.user('alice');
    room = await alice.createRoom();
  });
  afterEach(() => server.close());

  for (const fault of ['throw', 'hang', 'never-settle', 'wrong-shape'] as const) {
    it(`does what its on_error says: ${fault}`, () => server.faults.expectPolicy('check_event_for_spam', fault, () => alice.send(room, 'hello')));
  }

  it('keeps nobody else waiting', async () => {
    const { next_batch: since } = await alice.sync();
    const held = server.faults.hold('check_event_for_spam');
    const sending = alice.send(room, 'https://slow.example');
    await held.asked;
    const reply = await alice.sync({ since, timeout: '0' });
    expect(timelineOf(reply, room)).to.deep.equal([]);
    held.release();
    await sending;
  });

  it('loses nothing that was acknowledged, on a disk that is full', async () => {
    const makeRoom = server.faults.diskFull();
    await expectError(alice.send(room, 'hello'), 507, 'M_UNKNOWN');
    makeRoom();
    await alice.send(room, 'hello again');
    expect(await alice.messages(room, 1))
      .to.have.property('0')
      .that.deep.includes({ content: { msgtype: 'm.text', body: 'hello again' } });
    server.faults.databaseBusy();
    await expectError(alice.send(room, 'hello'), 500, 'M_UNKNOWN');
  });
});
