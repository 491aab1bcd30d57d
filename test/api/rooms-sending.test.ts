import { expect } from 'chai';
import type { RoomId, UserId } from '../../src/core/identifiers.ts';
import { createRoom } from '../../src/operations/rooms/create-room.ts';
import { inviteUser } from '../../src/operations/rooms/invite-user.ts';
import { joinRoom } from '../../src/operations/rooms/join-room.ts';
import { leaveRoom } from '../../src/operations/rooms/leave-room.ts';
import { boot, expectError, TestUser, type TestServer } from '../../src/testing/index.ts';
import { shadowBanned } from './shadow-banned.ts';
import { v3 } from './v3.ts';

type Json = Record<string, unknown>;

describe('Sending events', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  let room: string;

  before(async () => {
    server = await boot();
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
    room = await alice.createRoom({ preset: 'public_chat' });
    await bob.join(room);
  });
  after(() => server.close());

  const put = async (who: TestUser, path: string[], body: Json) => (await who.request('PUT', v3('rooms', room, ...path), body))['event_id'];
  const contentOf = async (eventId: string) => (await alice.request('GET', v3('rooms', room, 'event', eventId)))['content'];

  it('answers a repeated request with the first event', async () => {
    const first = await put(alice, ['send', 'm.room.message', 'txn'], { body: 'once' });
    expect(await put(alice, ['send', 'm.room.message', 'txn'], { body: 'twice' })).to.equal(first);
    expect(await put(alice, ['send', 'org.example', 'txn'], { body: 'another' })).not.to.equal(first);
    expect(await put(bob, ['send', 'm.room.message', 'txn'], { body: 'of Bob' })).not.to.equal(first);
  });

  const refused: readonly [string, string[], unknown, number, string][] = [
    ['an event of more than 64 KiB', ['send', 'm.room.message', 'a'], { body: 'x'.repeat(65_536) }, 413, 'M_TOO_LARGE'],
    ['a type of more than 255 bytes', ['send', 'ä'.repeat(128), 'a'], {}, 413, 'M_TOO_LARGE'],
    ['a fraction', ['send', 'm.room.message', 'a'], { n: 1.5 }, 400, 'M_BAD_JSON'],
    ['a body that is no object', ['send', 'm.room.message', 'a'], ['x'], 400, 'M_BAD_JSON'],
    ['a redaction of nothing', ['send', 'm.room.redaction', 'a'], {}, 400, 'M_BAD_JSON'],
    ['a redaction of what is no event', ['send', 'm.room.redaction', 'a'], { redacts: 'that' }, 400, 'M_INVALID_PARAM'],
    ['a redaction of an unknown event', ['redact', '$nothing', 'a'], {}, 404, 'M_NOT_FOUND'],
    ['a redaction set as state', ['state', 'm.room.redaction'], { redacts: '$nothing' }, 400, 'M_BAD_JSON'],
    ['a second create event', ['state', 'm.room.create'], {}, 400, 'M_BAD_JSON'],
    ['power levels that are none', ['state', 'm.room.power_levels'], { users_default: 'high' }, 400, 'M_BAD_JSON'],
    ['power levels of what is no user', ['state', 'm.room.power_levels'], { users: { bob: 50 } }, 400, 'M_BAD_JSON'],
    ['power levels of a creator', ['state', 'm.room.power_levels'], { users: { '@alice:localhost': 100 } }, 400, 'M_BAD_JSON'],
    ["another user's state", ['state', 'org.example', '@bob:localhost'], {}, 403, 'M_FORBIDDEN'],
    ['a state key of more than 255 bytes', ['state', 'org.example', 'x'.repeat(256)], {}, 413, 'M_TOO_LARGE'],
  ];
  for (const [what, path, body, status, code] of refused) {
    it(`answers ${status} ${code} for ${what}`, () => expectError(put(alice, path, body as Json), status, code));
  }

  it('lets only members send, and only who has the power set state', async () => {
    const carol = await server.user('carol');
    await expectError(carol.send(room, 'hello'), 403, 'M_FORBIDDEN');
    await expectError(carol.setState(room, 'org.example', {}), 403, 'M_FORBIDDEN');
    await expectError(bob.setState(room, 'm.room.name', { name: "Bob's" }), 403, 'M_FORBIDDEN');
    await expectError(carol.send('!no:localhost', 'hello'), 404, 'M_NOT_FOUND');
  });

  it('makes no second event of the same state', async () => {
    const first = await alice.setState(room, 'org.example', { a: { b: 1, c: [2] } });
    expect(await alice.setState(room, 'org.example', { a: { c: [2], b: 1 } })).to.equal(first);
    expect(await put(alice, ['state', 'org.example'], { a: { c: [2], b: 1 } }), 'without a slash').to.equal(first);
    expect(await alice.setState(room, 'org.example', { a: { c: [2], b: 2 } })).not.to.equal(first);
    expect(await alice.setState(room, 'org.example', { a: 1 }, 'key')).not.to.equal(await alice.setState(room, 'org.example', { a: 1 }));
  });

  it('takes no state by which the room would be lost', async () => {
    const acl = (content: object): Promise<unknown> => alice.setState(room, 'm.room.server_acl', { ...content });
    const locked = [{ allow: [] }, {}, { allow: ['*'], deny: ['local*'] }, { allow: ['other.example.org'] }];
    for (const content of locked) await expectError(acl(content), 400, 'M_INVALID_PARAM');
    await expectError(alice.createRoom({ initial_state: [{ type: 'm.room.server_acl', content: {} }] }), 400, 'M_INVALID_PARAM');
    await acl({ allow: ['localhost'] });
    await acl({ allow: ['*'], deny: ['evil.example.org'] });
    await expectError(alice.setState(room, 'm.room.tombstone', { replacement_room: room }), 400, 'M_INVALID_PARAM');
    await alice.setState(room, 'm.room.server_acl', { allow: [] }, 'elsewhere');
  });

  it('redacts own events, and those of others with the power to', async () => {
    const [ofAlice, ofBob] = [await alice.send(room, 'hi'), await bob.send(room, 'hi')];
    await expectError(put(bob, ['redact', ofAlice, 'r1'], {}), 403, 'M_FORBIDDEN');
    await expectError(put(bob, ['send', 'm.room.redaction', 'r2'], { redacts: ofAlice }), 403, 'M_FORBIDDEN');
    expect(await contentOf(ofAlice)).to.have.property('body', 'hi');
    await put(bob, ['redact', ofBob, 'r3'], {});
    expect(await contentOf(ofBob)).to.deep.equal({});
    const admin = await server.user('admin', { admin: true });
    await admin.join(room);
    await put(admin, ['redact', ofAlice, 'r4'], {});
    expect(await contentOf(ofAlice)).to.deep.equal({});
  });

  it('does not redact across rooms, nor the root of a room', async () => {
    const other = await alice.createRoom();
    const elsewhere = await alice.send(other, 'hi');
    await expectError(put(alice, ['redact', elsewhere, 'x1'], {}), 404, 'M_NOT_FOUND');
    const events = (await alice.request('GET', `${v3('rooms', room, 'messages')}?dir=f`))['chunk'] as Json[];
    await expectError(put(alice, ['redact', String(events[0]?.['event_id']), 'x2'], {}), 403, 'M_FORBIDDEN');
  });

  it('takes what was redacted out of the directory as well', async () => {
    const published = await alice.createRoom({ visibility: 'public' });
    const name = await alice.setState(published, 'm.room.name', { name: 'Offensive' });
    const listed = async () => (await alice.request('GET', '/_matrix/client/v3/publicRooms'))['chunk'] as Json[];
    expect((await listed()).map((entry) => entry['name'])).to.include('Offensive');
    await alice.request('PUT', v3('rooms', published, 'redact', name, 'n'), {});
    expect((await listed()).map((entry) => entry['name'])).not.to.include('Offensive');
  });

  it('refuses to annotate twice, unless the first annotation is gone', async () => {
    const target = await alice.send(room, 'nice');
    const react = (key: string) => bob.sendEvent(room, 'm.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: target, key } });
    const first = await react('+1');
    await react('-1');
    await expectError(react('+1'), 400, 'M_DUPLICATE_ANNOTATION');
    await put(bob, ['redact', first, 'a'], {});
    await react('+1');
  });

  it('refuses threads that begin at a relation', async () => {
    const root = await alice.send(room, 'root');
    const inThread = (eventId: string) => alice.send(room, { body: 'x', 'm.relates_to': { rel_type: 'm.thread', event_id: eventId } });
    const reply = await inThread(root);
    await expectError(inThread(reply), 400, 'M_UNKNOWN');
  });

  it('shows guests out of a room that is closed to them', async () => {
    const register = await server.request('POST', '/_matrix/client/v3/register?kind=guest', {});
    const { user_id: userId, access_token: accessToken } = register as { user_id: UserId; access_token: string };
    const guest = new TestUser({ url: server.url, userId, accessToken, deviceId: bob.deviceId });
    const open = await alice.createRoom({ preset: 'public_chat' });
    await expectError(guest.join(open), 403, 'M_GUEST_ACCESS_FORBIDDEN');
    await alice.setState(open, 'm.room.guest_access', { guest_access: 'can_join' });
    await guest.join(open);
    await guest.send(open, 'hello');
    await alice.setState(open, 'm.room.guest_access', { guest_access: 'forbidden' });
    expect(await alice.getState(open, 'm.room.member', userId)).to.have.property('membership', 'leave');
    await expectError(guest.send(open, 'still here'), 403, 'M_FORBIDDEN');
    await expectError(guest.createRoom(), 403, 'M_GUEST_ACCESS_FORBIDDEN');
  });

  it('only seems to do what shadow-banned users ask for, but lets them leave', async () => {
    const mallory = await server.user('mallory');
    await mallory.join(room);
    const who = shadowBanned(mallory);
    const closed = await server.run(createRoom, who, { invite: [alice.userId] });
    const published = await server.run(createRoom, who, { visibility: 'public' });
    await server.run(inviteUser, who, { roomId: closed, userId: bob.userId, reason: undefined });
    await expectError(alice.join(closed), 403, 'M_FORBIDDEN');
    await expectError(bob.join(closed), 403, 'M_FORBIDDEN');
    const listed = (await alice.request('GET', '/_matrix/client/v3/publicRooms'))['chunk'] as Json[];
    expect(listed.map((entry) => entry['room_id'])).not.to.include(published);
    const other = await alice.createRoom({ preset: 'public_chat' });
    expect(await server.run(joinRoom, who, { roomIdOrAlias: other })).to.have.property('roomId', other);
    await expectError(alice.getState(other, 'm.room.member', mallory.userId), 404, 'M_NOT_FOUND');
    await server.run(leaveRoom, who, { roomId: room as RoomId, reason: undefined });
    expect(await alice.getState(room, 'm.room.member', mallory.userId)).to.have.property('membership', 'leave');
  });
});
