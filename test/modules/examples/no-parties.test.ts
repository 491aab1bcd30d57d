import { expect } from 'chai';
import { boot, expectError, timelineOf, type TestServer } from 'plexus/testing';
import NoParties from './no-parties.ts';

const HOUR = 3_600_000;

describe('NoParties', () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await boot({ clock: 'fake', record: true, modules: [{ module: NoParties, config: { host: '@gatsby:localhost' } }] });
  });
  afterEach(() => server.close());

  it('lets no word of a party through', async () => {
    const [daisy, nick] = [await server.user('daisy'), await server.user('nick')];
    const room = await daisy.createRoom({ preset: 'public_chat' });
    await nick.join(room);
    const refused = await expectError(daisy.send(room, 'party tonight'), 403, 'M_FORBIDDEN');
    expect(refused.body['error']).to.equal('No parties here');
    const eventId = await daisy.send(room, 'quiet evening');
    const reply = await nick.syncUntil((sync) => timelineOf(sync, room).some((event) => event.event_id === eventId));
    expect(JSON.stringify(reply)).to.not.contain('party tonight');
  });

  it('takes small files only', async () => {
    const daisy = await server.user('daisy');
    expect(await daisy.upload('an invitation')).to.match(/^mxc:/);
    await expectError(daisy.upload('x'.repeat(1_000)), 403, 'M_FORBIDDEN');
  });

  it('welcomes the host in the background, and asks for them every hour', async () => {
    await server.user('gatsby');
    await server.idle();
    await server.advance(2 * HOUR);
    await server.idle();
    const page = await server.request('GET', '/_synapse/client/parties');
    expect(page).to.deep.equal({ host: '@gatsby:localhost', asked: 2, welcomed: true });
  });

  it('is asked about every event of a new room', async () => {
    const daisy = await server.user('daisy');
    await daisy.createRoom();
    const asked = server.asked.filter(({ callback, occasion }) => callback === 'check_event_for_spam' && occasion.operation === 'create-room');
    expect(asked.length).to.be.greaterThan(5);
  });
});
