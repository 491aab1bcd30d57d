import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rows } from '../../src/kernel/work.ts';
import type { ModuleApi } from '../../src/modules/public.ts';
import { serverTables } from '../../src/server/server-tables.ts';
import { SqliteDatabase } from '../../src/store/drivers/sqlite.ts';
import { requestJson } from '../../src/testing/request.ts';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { v3 } from './v3.ts';

const V1 = '/_synapse/admin/v1/rooms';
const V2 = '/_synapse/admin/v2/rooms';
/** What is kept of a deleted room: that it was deleted, and that nobody is in it. */
const KEPT = ['room_deletions', 'purged_memberships'];

/** What the module was asked, whether it lets rooms be deleted, and whom it lets leave. */
let asked: unknown[][] = [];
let mayDelete: boolean | undefined;
let mayLeave: (userId: string | undefined) => boolean | Promise<boolean>;
let api: ModuleApi;

class Watch {
  constructor(_config: unknown, given: ModuleApi) {
    api = given;
    given.registerThirdPartyRulesCallbacks({
      check_can_shutdown_room(...args) {
        asked.push(args);
        if (mayDelete === undefined) throw new Error('as asked for');
        return mayDelete;
      },
      check_event_allowed: (event) => (event.membership === 'leave' ? mayLeave(event.stateKey) : true),
    });
  }
}

describe('deleting a room', () => {
  let folder: string;
  let server: TestServer;
  let admin: TestUser, alice: TestUser, bob: TestUser, carol: TestUser;
  let room: string;
  beforeEach(async () => {
    [asked, mayDelete, mayLeave] = [[], true, () => true];
    folder = mkdtempSync(join(tmpdir(), 'plexus-room-deletion-'));
    server = await boot({ clock: 'fake', database: join(folder, 'plexus.db'), modules: [{ module: Watch }] });
    admin = await server.user('admin', { admin: true });
    [alice, bob, carol] = [await server.user('alice'), await server.user('bob'), await server.user('carol')];
    room = await alice.createRoom({ preset: 'public_chat', room_alias_name: 'pub', visibility: 'public', invite: [carol.userId], topic: 'cake' });
    await bob.join(room);
  });
  afterEach(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  const remove = (path: string, body?: Json, user = admin): Promise<Json> => user.request('DELETE', `${path}/${encodeURIComponent(room)}`, body);
  const everybody = (): string[] => [alice.userId, bob.userId, carol.userId];
  const statusOf = async (): Promise<Json> => {
    const { results } = (await admin.request('GET', `${V2}/${encodeURIComponent(room)}/delete_status`)) as { results: Json[] };
    return results.at(-1) ?? {};
  };
  const told = (members: readonly string[], more: Json = {}): Json => ({
    kicked_users: members,
    failed_to_kick_users: [],
    local_aliases: ['#pub:localhost'],
    new_room_id: null,
    ...more,
  });
  /** Names of tables that know the room, or some of its events. */
  const tablesKnowing = async (words: readonly string[]): Promise<string[]> => {
    const database = new SqliteDatabase(join(folder, 'plexus.db'));
    const knowing: string[] = [];
    for (const table of serverTables()) {
      const all = await database.read(() => rows<object>(`select * from ${table}`));
      if (
        all.some((row) =>
          words.some((word) => JSON.stringify(row, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)).includes(word)),
        )
      )
        knowing.push(table);
    }
    await database.close();
    return knowing;
  };

  it('lets everybody leave, and takes the room out of the directory and its aliases away', async () => {
    expect(await remove(V1)).to.deep.equal(told(everybody()));
    expect(asked).to.deep.equal([[admin.userId, room]]);
    await server.idle();
    for (const user of [alice, bob]) {
      expect(await user.request('GET', v3('joined_rooms'))).to.deep.equal({ joined_rooms: [] });
      await expectError(user.messages(room), 403, 'M_FORBIDDEN');
    }
    await expectError(server.request('GET', v3('directory', 'room', '#pub:localhost')), 404, 'M_NOT_FOUND');
    expect((await admin.request('GET', v3('publicRooms')))['chunk']).to.deep.equal([]);
    await expectError(bob.join(room), 404, 'M_NOT_FOUND');
  });

  it('leaves nothing of it in the database, and everything of other rooms', async () => {
    const other = await alice.createRoom({ name: 'other' });
    const event = await alice.send(room, 'a needle');
    await bob.send(room, { msgtype: 'm.text', body: 'thread', 'm.relates_to': { rel_type: 'm.thread', event_id: event } });
    await bob.request('PUT', v3('user', bob.userId, 'rooms', room, 'account_data', 'org.x'), { a: 1 });
    await bob.request('PUT', v3('user', bob.userId, 'rooms', room, 'tags', 'u.tag'), {});
    await bob.request('POST', v3('rooms', room, 'receipt', 'm.read', event), {});
    await bob.request('POST', v3('rooms', room, 'report', event), { reason: 'spam' });
    await server.idle();
    const search = async (): Promise<unknown> =>
      (await alice.request('POST', v3('search'), { search_categories: { room_events: { search_term: 'needle' } } }))['search_categories'];
    expect(JSON.stringify(await search())).to.include('a needle');
    await remove(V1);
    await server.idle();
    expect(await statusOf()).to.include({ status: 'complete' });
    expect(await tablesKnowing([room, event])).to.have.members(KEPT);
    expect(JSON.stringify(await search())).not.to.include('a needle');
    expect(await alice.getState(other, 'm.room.name')).to.deep.equal({ name: 'other' });
    const next = await alice.createRoom({ topic: 'next' });
    expect(await alice.getState(next, 'm.room.topic')).to.have.property('topic', 'next');
  });

  it('goes on bit by bit, however large the room is', async () => {
    const keys = Array.from({ length: 600 }, (_, index) => String(index));
    while (keys.length > 0) await Promise.all(keys.splice(0, 30).map((key) => alice.setState(room, 'org.x', {}, key)));
    await remove(V1);
    await server.idle();
    expect(await statusOf()).to.include({ status: 'complete' });
    expect(await tablesKnowing([room])).to.have.members(KEPT);
  }).timeout(20_000);

  it('goes on after the server was started again', async () => {
    await remove(V1);
    await server.close();
    server = await boot({ clock: 'fake', database: join(folder, 'plexus.db'), modules: [{ module: Watch }] });
    await server.idle();
    const reply = await requestJson(server.url, 'GET', `${V2}/${encodeURIComponent(room)}/delete_status`, undefined, admin.accessToken);
    expect((reply as { results: Json[] }).results[0]).to.include({ status: 'complete' });
  });

  it('brings the members to a new room, where only its maker speaks, and the aliases as well', async () => {
    const reply = await remove(V1, { new_room_user_id: admin.userId, room_name: 'Closed', message: 'It was too loud' });
    const next = String(reply['new_room_id']);
    expect(reply).to.deep.equal(told(everybody(), { new_room_id: next }));
    await server.idle();
    expect(await bob.request('GET', v3('joined_rooms'))).to.deep.equal({ joined_rooms: [next] });
    const events = await bob.messages(next);
    expect(events.find(({ type }) => type === 'm.room.message')).to.deep.include({
      sender: admin.userId,
      content: { msgtype: 'm.text', body: 'It was too loud' },
    });
    expect(await bob.getState(next, 'm.room.name')).to.deep.equal({ name: 'Closed' });
    await expectError(bob.send(next, 'but'), 403, 'M_FORBIDDEN');
    expect(await server.request('GET', v3('directory', 'room', '#pub:localhost'))).to.have.property('room_id', next);
  });

  it('keeps the room where it is not to be purged, and everybody out where it is blocked', async () => {
    await remove(V1, { purge: false, block: true });
    await server.idle();
    expect(await statusOf()).to.include({ status: 'complete' });
    expect(JSON.stringify(await bob.messages(room))).to.include('m.room.create');
    const refused: (() => Promise<unknown>)[] = [
      () => bob.join(room),
      () => bob.setState(room, 'm.room.member', { membership: 'join' }, bob.userId),
      () => bob.request('POST', v3('knock', room), {}),
    ];
    for (const enter of refused) await expectError(enter(), 403, 'M_FORBIDDEN');
  });

  it('can block a room that is not known, and only then', async () => {
    room = '!unknown:localhost';
    await expectError(remove(V1), 404, 'M_NOT_FOUND');
    expect(await remove(V1, { block: true })).to.deep.equal(told([], { local_aliases: [] }));
  });

  it('is told of by its status, by the room and by the deletion', async () => {
    let letGo: (() => void) | undefined;
    const held = new Promise<boolean>((resolve) => (letGo = () => resolve(true)));
    mayLeave = () => held;
    const { delete_id: id, ...rest } = await remove(V2);
    expect(rest).to.deep.equal({});
    const wanted = { delete_id: id, room_id: room, shutdown_room: told(everybody()) };
    expect(await statusOf()).to.deep.equal({ ...wanted, status: 'active' });
    await expectError(remove(V2), 400, 'M_UNKNOWN');
    await expectError(alice.invite(room, '@dave:localhost'), 403, 'M_FORBIDDEN');
    letGo?.();
    await server.idle();
    expect(await admin.request('GET', `${V2}/delete_status/${String(id)}`)).to.deep.equal({ ...wanted, status: 'complete' });
    await expectError(admin.request('GET', `${V2}/delete_status/unknown`), 404, 'M_NOT_FOUND');
    await server.advance(8 * 24 * 3_600_000);
    room = '!other:localhost';
    await remove(V2, { block: true });
    await expectError(admin.request('GET', `${V2}/delete_status/${String(id)}`), 404, 'M_NOT_FOUND');
  });

  it('fails where somebody cannot be made to leave, unless it is forced', async () => {
    mayLeave = (userId) => userId !== bob.userId;
    await remove(V2);
    await server.idle();
    expect(await statusOf()).to.deep.include({
      status: 'failed',
      error: 'Users are still joined to this room',
      shutdown_room: told([alice.userId, carol.userId], { failed_to_kick_users: [bob.userId] }),
    });
    expect(await bob.request('GET', v3('joined_rooms'))).to.deep.equal({ joined_rooms: [room] });
    await server.advance(1);
    await remove(V2, { force_purge: true });
    await server.idle();
    expect(await statusOf()).to.include({ status: 'complete' });
    // What modules have decided is kept for as long as the trail is.
    expect(await tablesKnowing([room])).to.have.members([...KEPT, 'decisions']);
  });

  it('is for administrators, and for existing makers of new rooms', async () => {
    await expectError(remove(V1, {}, alice), 403, 'M_FORBIDDEN');
    await expectError(remove(V1, { new_room_user_id: '@nobody:localhost' }), 404, 'M_NOT_FOUND');
    expect(await alice.getState(room, 'm.room.topic')).to.have.property('topic', 'cake');
  });

  it('is done by modules as well', async () => {
    await api.deleteRoom(room);
    expect(asked).to.deep.equal([[undefined, room]]);
    await server.idle();
    expect(await tablesKnowing([room])).to.have.members(KEPT);
    expect(await api.deleteRoom(room).catch((error: { errcode: string }) => error.errcode)).to.equal('M_NOT_FOUND');
  });

  it('is left alone where a module refuses it, or fails', async () => {
    mayDelete = false;
    await expectError(remove(V1, { block: true }), 403, 'M_FORBIDDEN');
    await expectError(remove(V2, { new_room_user_id: admin.userId }), 403, 'M_FORBIDDEN');
    expect(await api.deleteRoom(room).catch((error: { errcode: string }) => error.errcode)).to.equal('M_FORBIDDEN');
    mayDelete = undefined;
    await expectError(remove(V1), 500, 'M_UNKNOWN');
    await server.idle();
    await carol.join(room);
    expect(await server.request('GET', v3('directory', 'room', '#pub:localhost'))).to.have.property('room_id', room);
    expect(await admin.request('GET', v3('joined_rooms'))).to.deep.equal({ joined_rooms: [] });
  });
});
