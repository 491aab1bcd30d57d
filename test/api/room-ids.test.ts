import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boot, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { moduleWith } from '../modules/module-with.ts';
import { v3 } from './v3.ts';

/** In the newest versions a room's id is the hash of its create event, so that two rooms made alike at one time would have one id. */
describe('The ids of rooms', () => {
  let server: TestServer;
  afterEach(() => server.close());

  const ROOM = { room_version: '12', preset: 'public_chat' };
  const make = (user: TestUser, times: number): Promise<readonly string[]> => Promise.all(Array.from({ length: times }, () => user.createRoom(ROOM)));
  const timeOf = async (user: TestUser, room: string): Promise<unknown> =>
    (await user.messages(room)).find(({ type }) => type === 'm.room.create')?.['origin_server_ts'];

  it('differ where rooms are made alike in the same millisecond', async () => {
    server = await boot({ clock: 'fake' });
    const rooms = await make(await server.user('alice'), 5);
    expect(new Set(rooms)).to.have.length(5);
  });

  describe('when the clock was set back', () => {
    let folder: string;
    before(() => (folder = mkdtempSync(join(tmpdir(), 'plexus-room-ids-'))));
    after(() => rmSync(folder, { recursive: true, force: true }));

    it('differ from those of older rooms, also of deleted ones that nobody may enter', async () => {
      const database = join(folder, 'plexus.db');
      // The fake clock of each start begins at the same time.
      server = await boot({ clock: 'fake', database });
      const [admin, before] = [await server.user('admin', { admin: true }), await server.register('alice')];
      const old = await make(before, 3);
      await admin.request('DELETE', `/_synapse/admin/v2/rooms/${encodeURIComponent(String(old[0]))}`, { block: true });
      await server.idle();
      await server.close();
      server = await boot({ clock: 'fake', database });
      const alice = await server.login({ user: 'alice', password: 'secret' });
      const rooms = await make(alice, 3);
      expect(new Set([...old, ...rooms])).to.have.length(6);
      for (const room of rooms) await alice.send(room, 'hello');
      const upgrade = () => alice.request('POST', v3('rooms', String(rooms[0]), 'upgrade'), { new_version: '12' });
      expect((await upgrade())['replacement_room']).to.be.a('string');
    });
  });

  it('differ where a module makes their create events the same', async () => {
    const module = moduleWith((api) => {
      api.registerThirdPartyRulesCallbacks({
        check_event_allowed: (event) => event.type !== 'm.room.create' || [true, { ...event.getDict(), origin_server_ts: 1_000 }],
      });
    });
    server = await boot({ modules: [{ module }] });
    const alice = await server.user('alice');
    const rooms = await make(alice, 3);
    expect(new Set(rooms)).to.have.length(3);
    expect((await Promise.all(rooms.map((room) => timeOf(alice, room)))).toSorted()).to.deep.equal([1_000, 1_001, 1_002]);
  });
});
