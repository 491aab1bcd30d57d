import { expect } from 'chai';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { v3 } from './v3.ts';

type Json = Record<string, unknown>;

describe('Creating a room', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;

  before(async () => {
    server = await boot();
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
    await alice.request('PUT', v3('profile', alice.userId, 'displayname'), { displayname: 'Alice A.' });
    await bob.request('PUT', v3('profile', bob.userId, 'displayname'), { displayname: 'Bob B.' });
  });
  after(() => server.close());

  const timeline = async (room: string) =>
    (await alice.messages(room)).toReversed().map((event) => [event['type'], ...(event['state_key'] === '' ? [] : [event['state_key']])].join(' '));

  it('makes the events of the specification in its order', async () => {
    const room = await alice.createRoom({
      preset: 'private_chat',
      room_alias_name: 'order',
      name: 'Name',
      topic: 'Topic',
      invite: [bob.userId],
      is_direct: true,
      initial_state: [
        { type: 'm.room.encryption', content: { algorithm: 'm.megolm.v1.aes-sha2' } },
        { type: 'm.room.name', content: { name: 'Overridden' } },
        { type: 'm.room.guest_access', content: { guest_access: 'forbidden' } },
        { type: 'org.example', state_key: 'key', content: { a: 1 } },
      ],
    });
    expect(await timeline(room)).to.deep.equal([
      'm.room.create',
      `m.room.member ${alice.userId}`,
      'm.room.power_levels',
      'm.room.canonical_alias',
      'm.room.join_rules',
      'm.room.history_visibility',
      'm.room.encryption',
      'm.room.guest_access',
      'org.example key',
      'm.room.name',
      'm.room.topic',
      `m.room.member ${bob.userId}`,
    ]);
    expect(await alice.getState(room, 'm.room.canonical_alias')).to.deep.equal({ alias: '#order:localhost' });
    expect(await alice.getState(room, 'm.room.guest_access')).to.deep.equal({ guest_access: 'forbidden' });
    expect(await alice.getState(room, 'm.room.topic')).to.deep.equal({
      topic: 'Topic',
      'm.topic': { 'm.text': [{ body: 'Topic', mimetype: 'text/plain' }] },
    });
    expect(await alice.getState(room, 'm.room.member', alice.userId)).to.deep.equal({ membership: 'join', displayname: 'Alice A.' });
    expect(await alice.getState(room, 'm.room.member', bob.userId)).to.deep.equal({
      membership: 'invite',
      displayname: 'Bob B.',
      is_direct: true,
    });
  });

  const presets: readonly [string, Json, string, string, number][] = [
    ['no preset', {}, 'invite', 'can_join', 0],
    ['public visibility', { visibility: 'public' }, 'public', 'forbidden', 50],
    ['private_chat', { preset: 'private_chat', visibility: 'public' }, 'invite', 'can_join', 0],
    ['trusted_private_chat', { preset: 'trusted_private_chat' }, 'invite', 'can_join', 0],
    ['public_chat', { preset: 'public_chat' }, 'public', 'forbidden', 50],
  ];
  for (const [name, body, joinRule, guestAccess, invite] of presets) {
    it(`follows ${name}`, async () => {
      const room = await alice.createRoom(body);
      expect(await alice.getState(room, 'm.room.join_rules')).to.deep.equal({ join_rule: joinRule });
      expect(await alice.getState(room, 'm.room.guest_access')).to.deep.equal({ guest_access: guestAccess });
      expect(await alice.getState(room, 'm.room.history_visibility')).to.deep.equal({ history_visibility: 'shared' });
      expect(await alice.getState(room, 'm.room.power_levels')).to.deep.include({ invite, users: {} });
    });
  }

  it('names the creator where the version wants it', async () => {
    const of = async (version: string) =>
      alice.getState(await alice.createRoom({ room_version: version, creation_content: { creator: '@x:y' } }), 'm.room.create');
    expect(await of('10')).to.deep.equal({ room_version: '10', creator: alice.userId });
    expect(await of('11')).to.deep.equal({ room_version: '11' });
  });

  it('makes trusted invitees as mighty as the creator', async () => {
    const trusted = (version: string, more: Json = {}) =>
      alice.createRoom({ room_version: version, preset: 'trusted_private_chat', invite: [bob.userId], ...more });
    const old = await trusted('11');
    expect((await alice.getState(old, 'm.room.power_levels'))['users']).to.deep.equal({ [alice.userId]: 100, [bob.userId]: 100 });
    const room = await trusted('12', { creation_content: { additional_creators: ['@carol:localhost', bob.userId] } });
    expect((await alice.getState(room, 'm.room.create'))['additional_creators']).to.deep.equal(['@carol:localhost', bob.userId]);
    const levels = await alice.getState(room, 'm.room.power_levels');
    expect(levels['users']).to.deep.equal({});
    expect((levels['events'] as Json)['m.room.tombstone']).to.be.greaterThan(levels['state_default'] as number);
  });

  it('lays an override over the power levels', async () => {
    const levelsOf = async (override: Json) =>
      alice.getState(await alice.createRoom({ power_level_content_override: override }), 'm.room.power_levels');
    expect(await levelsOf({ events_default: 10, users: { [bob.userId]: 50 } })).to.deep.include({
      events_default: 10,
      users: { [bob.userId]: 50 },
      ban: 50,
    });
    expect((await levelsOf({ events: { 'org.example': 3 }, state_default: 200 }))['events']).to.deep.equal({
      'org.example': 3,
      'm.room.tombstone': 201,
    });
    expect((await levelsOf({ events: { 'm.room.tombstone': 5 } }))['events']).to.deep.equal({ 'm.room.tombstone': 5 });
  });

  it('gives different ids to rooms that are made alike at the same time', async () => {
    const rooms = await Promise.all(Array.from({ length: 10 }, () => alice.createRoom()));
    expect(new Set(rooms).size).to.equal(10);
  });

  const refused: readonly [string, Json, number, string][] = [
    ['an unknown version', { room_version: '99' }, 400, 'M_UNSUPPORTED_ROOM_VERSION'],
    ['a version that is a number', { room_version: 12 }, 400, 'M_BAD_JSON'],
    ['an unknown preset', { preset: 'secret_chat' }, 400, 'M_BAD_JSON'],
    ['a name that is no string', { name: 5 }, 400, 'M_BAD_JSON'],
    ['state without content', { initial_state: [{ type: 'm.room.name' }] }, 400, 'M_BAD_JSON'],
    ['a second create event', { initial_state: [{ type: 'm.room.create', content: {} }] }, 400, 'M_INVALID_ROOM_STATE'],
    ['power levels that are none', { power_level_content_override: { ban: 'high' } }, 400, 'M_BAD_JSON'],
    [
      'power levels in initial_state that are none',
      { initial_state: [{ type: 'm.room.power_levels', content: { ban: 'high' } }] },
      400,
      'M_BAD_JSON',
    ],
    ['levels that forbid the name', { room_version: '11', name: 'x', power_level_content_override: { users: {} } }, 400, 'M_INVALID_ROOM_STATE'],
    ['creators among the power levels', { power_level_content_override: { users: { '@alice:localhost': 100 } } }, 400, 'M_INVALID_ROOM_STATE'],
    ['additional creators that are none', { creation_content: { additional_creators: ['bob'] } }, 400, 'M_BAD_JSON'],
    ['an invitee that is no user id', { invite: ['bob'] }, 400, 'M_INVALID_PARAM'],
    ['an invitee of another server', { invite: ['@bob:far.example'] }, 403, 'M_FORBIDDEN'],
    ['an invitation by mail without an identity server', { invite_3pid: [{ medium: 'email', address: 'a@b.c' }] }, 400, 'M_BAD_JSON'],
    ['a whole alias', { room_alias_name: '#pub:localhost' }, 400, 'M_INVALID_PARAM'],
    ['an alias with spaces', { room_alias_name: 'the pub' }, 400, 'M_INVALID_PARAM'],
    ['a foreign canonical alias', { initial_state: [{ type: 'm.room.canonical_alias', content: { alias: '#a:b' } }] }, 400, 'M_BAD_ALIAS'],
  ];
  for (const [what, body, status, code] of refused) {
    it(`answers ${status} ${code} for ${what}`, () => expectError(alice.createRoom(body), status, code));
  }

  it('leaves nothing of a room that is refused', async () => {
    await alice.createRoom({ room_alias_name: 'taken' });
    await expectError(bob.createRoom({ room_alias_name: 'taken' }), 400, 'M_ROOM_IN_USE');
    await expectError(bob.createRoom({ room_version: '11', room_alias_name: 'free', name: 'x', power_level_content_override: { users: {} } }), 400);
    await expectError(server.request('GET', v3('directory', 'room', '#free:localhost')), 404, 'M_NOT_FOUND');
    expect(await bob.request('GET', v3('joined_rooms'))).to.deep.equal({ joined_rooms: [] });
  });

  it('takes the version of the configuration', async () => {
    const other = await boot({ config: { rooms: { default_version: '10' } } });
    const carol = await other.user('carol');
    expect((await carol.getState(await carol.createRoom(), 'm.room.create'))['room_version']).to.equal('10');
    await other.close();
  });
});
