import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModuleApi } from '../../src/modules/public.ts';
import { boot, expectError, type TestServer } from '../../src/testing/index.ts';
import { TestUser, type Json } from '../../src/testing/test-user.ts';
import { inRoom, roomsIn } from './sync-reply.ts';
import { v3 } from './v3.ts';

const PATH = '/_synapse/admin/v1/send_server_notice';
const SENDER = '@_server:localhost';
const AVATAR = 'mxc://localhost/official';
const SECTION = { localpart: '_server', display_name: 'The server', avatar: AVATAR, room_name: 'Notices' };

/** By their names, what the module was asked about notices, and which of it it refuses. */
let asked: string[];
let refused: string | undefined;

class Strict {
  constructor(_config: unknown, api: ModuleApi) {
    const allows = (userId: string, name: string): boolean => {
      if (userId !== SENDER) return true;
      asked.push(name);
      return name !== refused;
    };
    api.registerSpamCheckerCallbacks({
      user_may_create_room: (userId) => allows(userId, 'create'),
      user_may_invite: (userId) => allows(userId, 'invite'),
      user_may_send_state_event: (userId, _room, type) => (allows(userId, `state ${type}`) ? 'NOT_SPAM' : 'M_FORBIDDEN'),
      check_event_for_spam: (event) => !allows(event.sender, event.type),
    });
    api.registerThirdPartyRulesCallbacks({
      async on_create_room({ userId }) {
        allows(userId, 'request');
      },
    });
  }
}

describe('server notices', () => {
  let folder: string;
  let server: TestServer;
  let admin: TestUser, alice: TestUser;
  const start = (section: Json | undefined): Promise<TestServer> =>
    boot({
      clock: 'fake',
      database: join(folder, 'plexus.db'),
      modules: [{ module: Strict }],
      config: section === undefined ? {} : { server_notices: section },
    });
  beforeEach(async () => {
    [asked, refused] = [[], undefined];
    folder = mkdtempSync(join(tmpdir(), 'plexus-server-notices-'));
    server = await start(SECTION);
    [admin, alice] = [await server.user('admin', { admin: true }), await server.user('alice')];
  });
  afterEach(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  const restart = async (section: Json | undefined): Promise<void> => {
    await server.close();
    server = await start(section);
    const again = ({ userId, deviceId, accessToken }: TestUser): TestUser =>
      TestUser.ofSession(server.url, { user_id: userId, device_id: deviceId, access_token: accessToken });
    [admin, alice] = [again(admin), again(alice)];
  };
  const noticeFor = (userId: string, body = 'Hello'): Json => ({ user_id: userId, content: { msgtype: 'm.text', body } });
  /** @returns the id of the event */
  const notify = async (body = 'Hello', more: Json = {}): Promise<string> =>
    String((await admin.request('POST', PATH, { ...noticeFor(alice.userId, body), ...more }))['event_id']);
  const repeatable = async (user: TestUser, txnId: string, body: string): Promise<unknown> =>
    (await user.request('PUT', `${PATH}/${txnId}`, noticeFor(alice.userId, body)))['event_id'];
  const invitations = async (user = alice): Promise<string[]> => Object.keys(roomsIn(await user.sync(), 'invite'));
  const bodies = async (room: string): Promise<unknown[]> =>
    (await alice.messages(room)).filter(({ type }) => type === 'm.room.message').map(({ content }) => content['body']);
  /** @returns the room to which the user was invited by a first notice, and which they have joined */
  const joined = async (): Promise<string> => {
    await notify();
    const [room = ''] = await invitations();
    return alice.join(room);
  };
  const setOwnMembership = (room: string, membership: string): Promise<string> => alice.setState(room, 'm.room.member', { membership }, alice.userId);

  it('come in a room to which the user is invited, with a tag and the look of the configuration', async () => {
    const eventId = await notify('Hello, Alice');
    const [room = ''] = await invitations();
    expect(JSON.stringify(roomsIn(await alice.sync(), 'invite')))
      .to.include('"name":"Notices"')
      .and.include(AVATAR)
      .and.include('"displayname":"The server"')
      .and.include(SENDER);
    expect(await alice.profile(SENDER)).to.deep.equal({ displayname: 'The server', avatar_url: AVATAR });
    await alice.join(room);
    expect(await alice.getEvent(room, eventId)).to.deep.include({ sender: SENDER, content: { msgtype: 'm.text', body: 'Hello, Alice' } });
    expect(inRoom(await alice.sync(), room).accountData).to.deep.equal([{ type: 'm.tag', content: { tags: { 'm.server_notice': {} } } }]);
  });

  it('are read by users who send and change nothing in the room', async () => {
    const room = await joined();
    const bob = await server.user('bob');
    const attempts: (() => Promise<unknown>)[] = [
      () => alice.send(room, 'thanks'),
      () => alice.setState(room, 'm.room.topic', { topic: 'mine' }),
      () => alice.invite(room, bob),
      () => alice.setState(room, 'm.room.encryption', { algorithm: 'm.megolm.v1.aes-sha2' }),
      () => bob.join(room),
    ];
    for (const attempt of attempts) await expectError(attempt(), 403, 'M_FORBIDDEN');
    expect(await alice.getState(room, 'm.room.history_visibility')).to.deep.equal({ history_visibility: 'shared' });
    expect(await alice.getState(room, 'm.room.join_rules')).to.deep.equal({ join_rule: 'invite' });
  });

  it('go into the same room again, after a restart and after the user has left', async () => {
    const room = await joined();
    await notify('Again');
    await restart(SECTION);
    await alice.leave(room);
    await alice.forget(room);
    await notify('Come back');
    expect(await invitations()).to.deep.equal([room]);
    await notify('Invited once');
    await alice.join(room);
    expect(await bodies(room)).to.have.members(['Hello', 'Again', 'Come back', 'Invited once']);
    expect(asked.filter((name) => name === 'create' || name === 'invite')).to.deep.equal(['create', 'invite', 'invite']);
  });

  it('have an invitation that cannot be rejected on any road, and a room that can be left once it was joined', async () => {
    await notify();
    const [room = ''] = await invitations();
    const roads: (() => Promise<unknown>)[] = [() => alice.leave(room), () => alice.kick(room, alice), () => setOwnMembership(room, 'leave')];
    for (const leave of roads) await expectError(leave(), 403, 'M_CANNOT_LEAVE_SERVER_NOTICE_ROOM');
    await alice.join(room);
    await alice.leave(room);
    expect(await invitations()).to.deep.equal([]);
  });

  it('let go of users whose account ends, and of rooms that are deleted', async () => {
    await notify();
    const [room = ''] = await invitations();
    await admin.request('DELETE', `/_synapse/admin/v2/rooms/${encodeURIComponent(room)}`);
    await server.idle();
    expect(await invitations()).to.deep.equal([]);
    const bob = await server.register('bob', 'secret');
    await admin.request('POST', PATH, noticeFor(bob.userId));
    const [second = ''] = await invitations(bob);
    const auth = { type: 'm.login.password', identifier: { type: 'm.id.user', user: 'bob' }, password: 'secret' };
    await bob.request('POST', v3('account', 'deactivate'), { auth });
    await server.idle();
    await expectError(admin.request('POST', PATH, noticeFor(bob.userId)), 404, 'M_NOT_FOUND');
    const deleted = await admin.request('DELETE', `/_synapse/admin/v1/rooms/${encodeURIComponent(second)}`);
    expect(deleted['kicked_users']).to.deep.equal([SENDER]);
    await notify('In a new room');
    expect(await invitations())
      .to.have.length(1)
      .and.not.include(room);
  });

  it('are sent once for each transaction id of an administrator', async () => {
    const other = await server.user('other', { admin: true });
    const [first, ...more] = await Promise.all(['one', 'two'].map((body) => repeatable(admin, '1', body)));
    expect([...more, await repeatable(admin, '1', 'three')]).to.deep.equal([first, first]);
    const ids = [first, await repeatable(admin, '2', 'four'), await repeatable(other, '1', 'five')];
    expect(new Set(ids)).to.have.length(3);
    const [room = ''] = await invitations();
    await alice.join(room);
    expect(await bodies(room)).to.have.length(3);
  });

  it('may be sent to many users at once', async () => {
    const everybody = await Promise.all(['bob', 'carol', 'dave'].map((name) => server.user(name)));
    await Promise.all(everybody.map(({ userId }) => admin.request('POST', PATH, noticeFor(userId))));
    for (const user of everybody) expect(await invitations(user)).to.have.length(1);
  });

  it('may be other events than messages, but none that make the room another', async () => {
    const room = await joined();
    const eventId = await notify('Read this');
    const pinned = { pinned: [eventId] };
    await notify('', { type: 'm.room.pinned_events', state_key: '', content: pinned });
    expect(await alice.getState(room, 'm.room.pinned_events')).to.deep.equal(pinned);
    expect(asked).to.include('state m.room.pinned_events');
    for (const type of ['m.room.member', 'm.room.power_levels', 'm.room.redaction']) {
      await expectError(notify('', { type, state_key: alice.userId }), 400, 'M_INVALID_PARAM');
    }
  });

  it('take over what the configuration says by now', async () => {
    const room = await joined();
    await restart({ ...SECTION, display_name: 'Example', room_name: 'News' });
    await notify();
    await server.idle();
    expect(await alice.getState(room, 'm.room.name')).to.deep.equal({ name: 'News' });
    expect(await alice.getState(room, 'm.room.member', SENDER)).to.deep.include({ displayname: 'Example', membership: 'join' });
    await restart({ ...SECTION, localpart: 'other' });
    await notify();
    expect(await invitations())
      .to.have.length(1)
      .and.not.include(room);
  });

  it('need the section of the configuration, an administrator, and a user of this server', async () => {
    await expectError(alice.request('POST', PATH), 403, 'M_FORBIDDEN');
    await expectError(admin.request('POST', PATH, noticeFor('@nobody:localhost')), 404, 'M_NOT_FOUND');
    await expectError(admin.request('POST', PATH, noticeFor('@bob:elsewhere.example')), 400, 'M_INVALID_PARAM');
    await notify();
    await expectError(admin.request('POST', PATH, noticeFor(SENDER)), 400, 'M_INVALID_PARAM');
    await restart(undefined);
    const { message } = await expectError(admin.request('POST', PATH, noticeFor(alice.userId)), 400, 'M_UNKNOWN');
    expect(message).to.include('no section server_notices');
  });

  it('come from an account that nobody else can register, or log in to', async () => {
    await expectError(server.register('_server', 'secret'), 400, 'M_USER_IN_USE');
    await expectError(server.request('GET', `${v3('register', 'available')}?username=_server`), 400, 'M_USER_IN_USE');
    await notify();
    await expectError(server.login({ user: '_server', password: '' }), 403, 'M_FORBIDDEN');
  });

  it('are subject to the modules, whose refusal the administrator gets', async () => {
    for (const name of ['create', 'invite', 'm.room.name', 'm.room.message']) {
      refused = name;
      await expectError(notify(), 403, 'M_FORBIDDEN');
      await expectError(alice.profile(SENDER), 404, 'M_NOT_FOUND');
    }
    refused = undefined;
    asked = [];
    await notify();
    expect(asked.slice(0, 3)).to.deep.equal(['request', 'create', 'invite']);
    expect(asked).to.include.members(['m.room.create', 'm.room.member', 'm.room.message']);
  });

  it('are kept for users who want no invitations, until they do', async () => {
    await alice.setAccountData('m.invite_permission_config', { default_action: 'block' });
    await notify();
    expect(await invitations()).to.deep.equal([]);
    await alice.setAccountData('m.invite_permission_config', {});
    expect(await invitations()).to.have.length(1);
  });
});
