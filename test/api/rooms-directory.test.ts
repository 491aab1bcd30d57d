import { expect } from 'chai';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { v3 } from './v3.ts';

type Json = Record<string, unknown>;
const aliasPath = (alias: string): string => v3('directory', 'room', alias);

describe('Room aliases', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  let room: string;

  before(async () => {
    server = await boot();
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
    room = await alice.createRoom({ preset: 'public_chat' });
  });
  after(() => server.close());

  it('lead to rooms, without an account too', async () => {
    await alice.request('PUT', aliasPath('#one:localhost'), { room_id: room });
    expect(await server.request('GET', aliasPath('#one:localhost'))).to.deep.equal({ room_id: room, servers: ['localhost'] });
    await bob.join('#one:localhost');
    expect(await bob.request('GET', v3('rooms', room, 'aliases'))).to.deep.equal({ aliases: ['#one:localhost'] });
  });

  const refused: readonly [string, (path: string) => Promise<unknown>, string, number, string][] = [
    ['a taken alias', (path) => alice.request('PUT', path, { room_id: room }), '#one:localhost', 409, 'M_UNKNOWN'],
    ['another server', (path) => alice.request('PUT', path, { room_id: room }), '#one:far.example', 400, 'M_INVALID_PARAM'],
    ['spaces', (path) => alice.request('PUT', path, { room_id: room }), '#o n e:localhost', 400, 'M_INVALID_PARAM'],
    ['no alias at all', (path) => alice.request('PUT', path, { room_id: room }), 'one', 400, 'M_INVALID_PARAM'],
    ['an unknown room', (path) => alice.request('PUT', path, { room_id: '!no:localhost' }), '#two:localhost', 404, 'M_NOT_FOUND'],
    ['a missing room', (path) => alice.request('PUT', path, {}), '#two:localhost', 400, 'M_BAD_JSON'],
    ['an unknown alias', (path) => server.request('GET', path), '#two:localhost', 404, 'M_NOT_FOUND'],
    ['an alias of another server', (path) => server.request('GET', path), '#two:far.example', 404, 'M_NOT_FOUND'],
    ['what is no alias', (path) => server.request('GET', path), 'two', 400, 'M_INVALID_PARAM'],
    ['removing what is not there', (path) => alice.request('DELETE', path), '#two:localhost', 404, 'M_NOT_FOUND'],
  ];
  for (const [what, request, alias, status, code] of refused) {
    it(`answers ${status} ${code} for ${what}`, () => expectError(request(aliasPath(alias)), status, code));
  }

  it('are made by members only, and listed for them', async () => {
    const other = await alice.createRoom();
    await expectError(bob.request('PUT', aliasPath('#three:localhost'), { room_id: other }), 403, 'M_FORBIDDEN');
    await expectError(bob.request('GET', v3('rooms', other, 'aliases')), 403, 'M_FORBIDDEN');
    await alice.setState(other, 'm.room.history_visibility', { history_visibility: 'world_readable' });
    expect(await bob.request('GET', v3('rooms', other, 'aliases'))).to.deep.equal({ aliases: [] });
  });

  it('are removed by who made them or has the power', async () => {
    await bob.request('PUT', aliasPath('#bobs:localhost'), { room_id: room });
    await expectError(bob.request('DELETE', aliasPath('#one:localhost')), 403, 'M_FORBIDDEN');
    await bob.request('DELETE', aliasPath('#bobs:localhost'));
    await bob.request('PUT', aliasPath('#bobs:localhost'), { room_id: room });
    await alice.request('DELETE', aliasPath('#bobs:localhost'));
    await expectError(server.request('GET', aliasPath('#bobs:localhost')), 404, 'M_NOT_FOUND');
  });

  it('can be canonical only where they lead', async () => {
    const other = await alice.createRoom();
    const set = (content: Json) => alice.setState(other, 'm.room.canonical_alias', content);
    await expectError(set({ alias: '#one:localhost' }), 400, 'M_BAD_ALIAS');
    await expectError(set({ alt_aliases: ['#nowhere:localhost'] }), 400, 'M_BAD_ALIAS');
    await expectError(set({ alias: 'one' }), 400, 'M_INVALID_PARAM');
    await expectError(set({ alt_aliases: '#one:localhost' }), 400, 'M_INVALID_PARAM');
    for (const name of ['#main:localhost', '#side:localhost']) await alice.request('PUT', aliasPath(name), { room_id: other });
    const eventId = await set({ alias: '#main:localhost', alt_aliases: ['#side:localhost'] });
    expect(await set({ alias: '#main:localhost', alt_aliases: ['#side:localhost'] }), 'the same again').to.equal(eventId);
  });
});

describe('The published directory', () => {
  let server: TestServer;
  let alice: TestUser;
  const rooms: Record<string, string> = {};

  before(async () => {
    server = await boot({ config: { directory: { public_rooms_without_login: true } } });
    alice = await server.user('alice');
    const others = [await server.user('bob'), await server.user('carol')];
    const create = async (name: string, size: number, more: Json = {}) => {
      const room = await alice.createRoom({ visibility: 'public', name, ...more });
      for (const other of others.slice(0, size - 1)) await other.join(room);
      rooms[name] = room;
    };
    await create('Ümläute', 3, { topic: 'All about 100% dots' });
    await create('Space', 2, { creation_content: { type: 'm.space' }, room_alias_name: 'cosmos' });
    await create('Small', 1, { initial_state: [{ type: 'm.room.guest_access', content: { guest_access: 'can_join' } }] });
    await create('Closed', 1, { preset: 'private_chat' });
    await alice.createRoom({ name: 'Unpublished', preset: 'public_chat' });
  });
  after(() => server.close());

  const search = async (body: Json): Promise<Json> => alice.request('POST', '/_matrix/client/v3/publicRooms', body);
  const namesIn = (page: Json): unknown[] => (page['chunk'] as Json[]).map((room) => room['name']);

  it('lists what is published and can be entered, largest first', async () => {
    const page = (await server.request('GET', '/_matrix/client/v3/publicRooms')) as Json;
    expect(namesIn(page)).to.deep.equal(['Ümläute', 'Space', 'Small']);
    expect(page['total_room_count_estimate']).to.equal(3);
    expect(page).not.to.have.any.keys('next_batch', 'prev_batch');
    expect((page['chunk'] as Json[])[1]).to.deep.equal({
      room_id: rooms['Space'],
      name: 'Space',
      canonical_alias: '#cosmos:localhost',
      room_type: 'm.space',
      num_joined_members: 2,
      join_rule: 'public',
      world_readable: false,
      guest_can_join: false,
    });
    expect((page['chunk'] as Json[])[2]).to.include({ guest_can_join: true, num_joined_members: 1 });
  });

  const searches: readonly [string, Json, string[]][] = [
    ['a name in another case', { generic_search_term: 'üMLÄ' }, ['Ümläute']],
    ['a topic with signs that SQL knows', { generic_search_term: '100%' }, ['Ümläute']],
    ['an alias', { generic_search_term: 'cosmos:' }, ['Space']],
    ['nothing that there is', { generic_search_term: '_' }, []],
    ['rooms of a type', { room_types: ['m.space'] }, ['Space']],
    ['rooms without a type', { room_types: [null] }, ['Ümläute', 'Small']],
    ['any of several', { room_types: [null, 'm.space'] }, ['Ümläute', 'Space', 'Small']],
    ['no type at all', { room_types: [] }, []],
  ];
  for (const [what, filter, expected] of searches) {
    it(`finds ${what}`, async () => {
      const page = await search({ filter });
      expect(namesIn(page)).to.deep.equal(expected);
      expect(page['total_room_count_estimate']).to.equal(expected.length);
    });
  }

  it('pages forwards and backwards', async () => {
    const first = await search({ limit: 1 });
    expect([namesIn(first), first['prev_batch']]).to.deep.equal([['Ümläute'], undefined]);
    const second = await search({ limit: 1, since: first['next_batch'] });
    expect(namesIn(second)).to.deep.equal(['Space']);
    const third = await search({ limit: 1, since: second['next_batch'] });
    expect([namesIn(third), third['next_batch']]).to.deep.equal([['Small'], undefined]);
    const back = await search({ limit: 1, since: third['prev_batch'] });
    expect(namesIn(back)).to.deep.equal(['Space']);
    const start = await search({ limit: 1, since: back['prev_batch'] });
    expect([namesIn(start), start['prev_batch']]).to.deep.equal([['Ümläute'], undefined]);
    expect(namesIn(await search({ since: start['next_batch'] }))).to.deep.equal(['Space', 'Small']);
    await expectError(search({ since: 'nonsense' }), 400, 'M_INVALID_PARAM');
  });

  it('says what it cannot list', async () => {
    await expectError(server.request('GET', '/_matrix/client/v3/publicRooms?server=far.example'), 403, 'M_FORBIDDEN');
    expect(namesIn(await search({ third_party_instance_id: 'irc' }))).to.deep.equal([]);
    await expectError(alice.request('GET', '/_matrix/client/v3/publicRooms?limit=many'), 400, 'M_INVALID_PARAM');
  });

  it('follows the state of the rooms and the wishes of who has the power', async () => {
    const room = await alice.createRoom({ preset: 'public_chat', name: 'Late' });
    const path = v3('directory', 'list', 'room', room);
    const dan = await server.user('dan');
    await dan.join(room);
    expect(await server.request('GET', path)).to.deep.equal({ visibility: 'private' });
    await expectError(dan.request('PUT', path, { visibility: 'public' }), 403, 'M_FORBIDDEN');
    await alice.request('PUT', path, {});
    expect(await server.request('GET', path)).to.deep.equal({ visibility: 'public' });
    await alice.setState(room, 'm.room.name', { name: 'Later' });
    expect(namesIn(await search({ filter: { generic_search_term: 'late' } }))).to.deep.equal(['Later']);
    await alice.request('PUT', path, { visibility: 'private' });
    expect(namesIn(await search({ filter: { generic_search_term: 'late' } }))).to.deep.equal([]);
    await expectError(alice.request('PUT', v3('directory', 'list', 'room', '!no:localhost'), {}), 404, 'M_NOT_FOUND');
    await expectError(server.request('GET', v3('directory', 'list', 'room', '!no:localhost')), 404, 'M_NOT_FOUND');
  });

  it('drops an alias that is removed', async () => {
    await alice.request('DELETE', aliasPath('#cosmos:localhost'));
    expect((await search({ filter: { room_types: ['m.space'] } }))['chunk']).to.have.nested.property('[0].name', 'Space');
    expect((await search({ filter: { room_types: ['m.space'] } }))['chunk']).not.to.have.nested.property('[0].canonical_alias');
  });

  it('needs an account unless the configuration says otherwise', async () => {
    const other = await boot();
    await expectError(other.request('GET', '/_matrix/client/v3/publicRooms'), 401, 'M_MISSING_TOKEN');
    await other.close();
  });
});
