import { expect } from 'chai';
import { execute } from '../../src/kernel/work.ts';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { v3 } from '../api/v3.ts';
import { CountingDatabase } from '../support/counting-database.ts';

const numbered = <T>(count: number, of: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => of(index));
const objectOf = <T>(count: number, of: (index: number) => readonly [string, T]): Record<string, T> => Object.fromEntries(numbered(count, of));

describe('what costs much', () => {
  let database: CountingDatabase;
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  let room: string;
  before(async () => {
    database = new CountingDatabase();
    server = await boot({ database });
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
    room = await alice.createRoom({ preset: 'public_chat' });
    await bob.join(room);
  });
  after(() => server.close());
  afterEach('the server still works', async () => {
    const eventId = await alice.send(room, 'still here');
    expect((await bob.messages(room, 1))[0]?.event_id).to.equal(eventId);
  });

  const statementsOf = async (action: () => Promise<unknown>): Promise<number> => (await database.during(action)).statements;
  const put = (user: TestUser, path: string, body: Json): Promise<Json> => user.request('PUT', path, body);

  describe('in one body', () => {
    it('is refused above 4 MiB, before it is read to its end', () =>
      expectError(put(alice, v3('user', alice.userId, 'account_data', 'a'), { a: 'a'.repeat(10_000_000) }), 413, 'M_TOO_LARGE'));

    it('is refused above 1 MiB for account data, which each first sync carries', async () => {
      const [path, inRoom] = [v3('user', alice.userId, 'account_data', 'a'), v3('user', alice.userId, 'rooms', room, 'account_data', 'a')];
      for (const each of [path, inRoom]) await expectError(put(alice, each, { a: 'a'.repeat(1_048_576) }), 413, 'M_TOO_LARGE');
      await put(alice, path, { a: 'a'.repeat(1_000_000) });
    });

    it('is refused for names of a megabyte', async () => {
      const long = 'a'.repeat(1_000_000);
      await expectError(put(alice, v3('profile', alice.userId, 'displayname'), { displayname: long }), 400, 'M_INVALID_PARAM');
      await expectError(put(alice, v3('profile', alice.userId, 'avatar_url'), { avatar_url: `mxc://localhost/${long}` }), 400, 'M_INVALID_PARAM');
      await expectError(put(alice, v3('profile', alice.userId, 'org.example'), { 'org.example': long }), 400, 'M_PROFILE_TOO_LARGE');
      await expectError(put(alice, v3('devices', alice.deviceId), { display_name: long }), 400, 'M_INVALID_PARAM');
      await expectError(put(alice, v3('presence', alice.userId, 'status'), { presence: 'online', status_msg: long }), 400, 'M_INVALID_PARAM');
      await expectError(
        put(alice, v3('rooms', room, 'state', 'm.room.member', alice.userId), { membership: 'join', displayname: long }),
        413,
        'M_TOO_LARGE',
      );
      await expectError(server.request('POST', v3('register'), { username: long, auth: { type: 'm.login.dummy' } }), 400, 'M_INVALID_USERNAME');
    });
  });

  describe('as an event', () => {
    const bytesOf = (content: Json): number => Buffer.byteLength(JSON.stringify(content));
    const send = (content: Json): Promise<string> => alice.sendEvent(room, 'org.example.large', content);

    it('is taken with 65,536 bytes as it goes to other servers, and refused with one more', async () => {
      let largest = 0;
      for (let [low, high] = [60_000, 65_536]; low <= high;) {
        const middle = Math.floor((low + high) / 2);
        const isTaken = await send({ a: 'a'.repeat(middle) }).then(
          () => true,
          async (error: unknown) => {
            await expectError(Promise.reject(error), 413, 'M_TOO_LARGE');
            return false;
          },
        );
        if (isTaken) [largest, low] = [middle, middle + 1];
        else high = middle - 1;
      }
      const filter = encodeURIComponent(
        JSON.stringify({ event_format: 'federation', room: { timeline: { limit: 1, types: ['org.example.large'] } } }),
      );
      await send({ a: 'a'.repeat(largest) });
      const { rooms } = (await alice.request('GET', `${v3('sync')}?filter=${filter}`)) as unknown as {
        rooms: { join: Record<string, { timeline: { events: Json[] } }> };
      };
      const [event] = rooms.join[room]?.timeline.events ?? [];
      const { unsigned: _unsigned, event_id: _eventId, ...pdu } = event ?? {};
      expect(bytesOf(pdu)).to.equal(65_536);
    });

    it('counts bytes, not characters', () => expectError(send({ a: 'é'.repeat(33_000) }), 413, 'M_TOO_LARGE'));

    it('has a type and a state key of 255 bytes at most', async () => {
      await alice.setState(room, 'a'.repeat(255), {}, 'b'.repeat(255));
      await alice.setState(room, 'org.example.state', {}, 'é'.repeat(127));
      await expectError(alice.setState(room, 'org.example.state', {}, 'b'.repeat(256)), 413, 'M_TOO_LARGE');
      await expectError(alice.setState(room, 'org.example.state', {}, 'é'.repeat(128)), 413, 'M_TOO_LARGE');
      await expectError(alice.setState(room, 'a'.repeat(256), {}), 413, 'M_TOO_LARGE');
      await expectError(alice.setState(room, 'org.example.state', {}, 'b'.repeat(20_000)), 431, 'M_TOO_LARGE');
    });
  });

  describe('as a list', () => {
    it('of users whom a new room invites is bounded', async () => {
      const invite = numbered(60_000, (index) => `@u${index}:localhost`);
      expect(await statementsOf(() => expectError(alice.createRoom({ invite }), 400, 'M_INVALID_PARAM'))).to.be.lessThan(20);
      await alice.createRoom({ invite: invite.slice(0, 250) });
    });

    it('of state that a new room begins with is bounded', async () => {
      const state = numbered(20_000, (index) => ({ type: 'a', state_key: `${index}`, content: {} }));
      expect(await statementsOf(() => expectError(alice.createRoom({ initial_state: state }), 400, 'M_INVALID_PARAM'))).to.be.lessThan(20);
      await alice.createRoom({ initial_state: state.slice(0, 250) });
    });

    it('of devices to delete costs what there is to delete', async () => {
      const carol = await account('carol');
      const devices = numbered(60_000, (index) => `D${index}`);
      const auth = { type: 'm.login.password', identifier: { type: 'm.id.user', user: 'carol' }, password: 'secret' };
      expect(await statementsOf(() => carol('POST', v3('delete_devices'), { devices, auth }))).to.be.lessThan(50);
    });

    it('of ignored users may be long, and nothing that reads it fails', async () => {
      const dave = await server.user('dave');
      await dave.join(room);
      const thread = await alice.send(room, 'root');
      await alice.send(room, { msgtype: 'm.text', body: 're', 'm.relates_to': { rel_type: 'm.thread', event_id: thread } });
      await put(dave, v3('user', dave.userId, 'account_data', 'm.ignored_user_list'), {
        ignored_users: objectOf(40_000, (index) => [`@u${index}:a`, {}] as const),
      });
      await dave.sync({ timeout: '0' });
      await dave.messages(room);
      for (const path of [
        v3('rooms', room, 'context', thread),
        `/_matrix/client/v1/rooms/${encodeURIComponent(room)}/threads`,
        `/_matrix/client/v1/rooms/${encodeURIComponent(room)}/relations/${encodeURIComponent(thread)}?recurse=true`,
        v3('notifications'),
        v3('rooms', room, 'initialSync'),
      ]) {
        await dave.request('GET', path);
      }
      await dave.request('POST', v3('search'), { search_categories: { room_events: { search_term: 'root' } } });
    });

    it('of types of rooms to look for may be long', async () => {
      const filter = { room_types: numbered(60_000, (index) => `t${index}`) };
      expect((await alice.request('POST', v3('publicRooms'), { filter }))['chunk']).to.deep.equal([]);
    });

    it('of messages to devices is bounded for one request', async () => {
      const messages = objectOf(100_000, (index) => [`@u${index}:localhost`, { '*': {} }] as const);
      const sending = expectError(put(alice, v3('sendToDevice', 'org.example', 'a'), { messages }), 400, 'M_INVALID_PARAM');
      expect(await statementsOf(() => sending)).to.be.lessThan(20);
      const more = objectOf(300_000, (index) => [`@${index}:a`, { '*': {} }] as const);
      await expectError(put(alice, v3('sendToDevice', 'org.example', 'b'), { messages: more }), 413, 'M_TOO_LARGE');
    });

    it('of one-time keys is bounded for one device', async () => {
      const keys = objectOf(10_000, (index) => [`curve25519:${index}`, 'a'.repeat(43)] as const);
      const uploading = (): Promise<unknown> => expectError(alice.request('POST', v3('keys', 'upload'), { one_time_keys: keys }), 413, 'M_TOO_LARGE');
      expect(await statementsOf(uploading)).to.be.lessThan(20);
    });

    it('of keys to claim and to sign is bounded for one request', async () => {
      const claims = objectOf(20_000, (index) => [`@u${index}:localhost`, { D: 'signed_curve25519' }] as const);
      const claiming = (): Promise<unknown> =>
        expectError(alice.request('POST', v3('keys', 'claim'), { one_time_keys: claims }), 400, 'M_INVALID_PARAM');
      expect(await statementsOf(claiming)).to.be.lessThan(20);
      const signed = { [alice.userId]: objectOf(5_000, (index) => [`D${index}`, {}] as const) };
      const signing = (): Promise<unknown> => expectError(alice.request('POST', v3('keys', 'signatures', 'upload'), signed), 400, 'M_INVALID_PARAM');
      expect(await statementsOf(signing)).to.be.lessThan(20);
    });

    it('of users whose keys are wanted costs less than a statement a user', async () => {
      const wanted = objectOf(40_000, (index) => [`@u${index}:localhost`, []] as const);
      expect(await statementsOf(() => alice.request('POST', v3('keys', 'query'), { device_keys: wanted }))).to.be.lessThan(4_000);
    });
  });

  /** Somebody with a password. @returns asks with their token */
  async function account(username: string): Promise<TestUser['request']> {
    const reply = await server.request('POST', v3('register'), { username, password: 'secret', auth: { type: 'm.login.dummy' } });
    const { access_token: token } = reply as { access_token: string };
    return async (method, path, body) => {
      const response = await fetch(server.url + path, { method, headers: { authorization: `Bearer ${token}` }, body: JSON.stringify(body) });
      expect(response.status).to.equal(200);
      return (await response.json()) as Json;
    };
  }

  describe('as a filter', () => {
    const define = (filter: Json): Promise<Json> => alice.request('POST', v3('user', alice.userId, 'filter'), filter);

    it('has a bounded number of patterns, and a bounded size', async () => {
      const globs = numbered(1_000, (index) => `*${index}*`);
      for (const key of ['types', 'not_types']) await expectError(define({ room: { timeline: { [key]: globs } } }), 400, 'M_INVALID_PARAM');
      await expectError(define({ room: { timeline: { senders: numbered(60_000, (index) => `@u${index}:a`) } } }), 400, 'M_INVALID_PARAM');
      await expectError(define({ room: { timeline: { senders: numbered(9_000, (index) => `@u${index}:localhost`) } } }), 413, 'M_TOO_LARGE');
      await expectError(define({ event_fields: numbered(1_000, (index) => `content.a${index}`) }), 400, 'M_INVALID_PARAM');
    });

    it('is matched in linear time however its stars stand', async () => {
      const type = 'a'.repeat(255);
      await alice.sendEvent(room, type, {});
      const { filter_id: id } = await define({ room: { timeline: { types: numbered(250, (index) => `${'*a'.repeat(100)}*${index}b`) } } });
      expect(await alice.sync({ filter: String(id), timeout: '0' })).to.have.property('next_batch');
    });
  });

  describe('as a limit', () => {
    let busy: string;
    before(async () => {
      busy = await alice.createRoom({ preset: 'public_chat' });
      for (let index = 0; index < 120; index++) await alice.send(busy, `message ${index}`);
    });

    it('of a billion is a bounded one', async () => {
      const [id, huge] = [encodeURIComponent(busy), 'limit=1000000000'];
      const first = (await alice.messages(busy, 200)).at(-1)?.event_id ?? '';
      for (const path of [
        `${v3('rooms', busy, 'messages')}?dir=b&${huge}`,
        `${v3('rooms', busy, 'context', first)}?${huge}`,
        `${v3('publicRooms')}?${huge}`,
        `${v3('notifications')}?${huge}`,
        `${v3('initialSync')}?${huge}`,
        `/_matrix/client/v1/rooms/${id}/hierarchy?${huge}&max_depth=1000000000`,
        `/_matrix/client/v1/rooms/${id}/threads?${huge}`,
        `/_matrix/client/v1/rooms/${id}/relations/${encodeURIComponent(first)}?${huge}&recurse=true`,
        `${v3('sync')}?timeout=0&filter=${encodeURIComponent('{"room":{"timeline":{"limit":1000000000}}}')}`,
      ]) {
        expect((await database.during(() => alice.request('GET', path))).rows, path).to.be.lessThan(3_000);
      }
      await alice.request('POST', v3('user_directory', 'search'), { search_term: 'a', limit: 1e9 });
      await alice.request('POST', v3('publicRooms'), { limit: 1e9 });
    });

    it('that is no number is refused', async () => {
      for (const limit of ['1e400', 'NaN', 'Infinity', '1.5', '-1', '']) {
        await expectError(alice.request('GET', `${v3('rooms', busy, 'messages')}?dir=b&limit=${limit}`), 400, 'M_INVALID_PARAM');
      }
    });
  });

  describe('as a search', () => {
    const search = (term: string): Promise<Json> =>
      alice.request('POST', v3('search'), { search_categories: { room_events: { search_term: term } } });
    const count = async (term: string): Promise<unknown> =>
      ((await search(term))['search_categories'] as { room_events: { count: unknown } }).room_events.count;

    it('of 100 kB, or of a million words, looks for the first ones', async () => {
      await alice.send(room, numbered(30, (index) => `word${index}`).join(' '));
      expect(await count(numbered(30, (index) => `word${index}`).join(' '))).to.equal(1);
      const words = numbered(100_000, (index) => `word${index}`).join(' ');
      expect(await statementsOf(async () => expect(await count(words)).to.equal(1))).to.be.lessThan(50);
      expect(await count('a'.repeat(100_000))).to.equal(0);
      expect(await count('ﷺ'.repeat(100_000))).to.equal(0);
    });

    it('takes the language of the index for words', async () => {
      await alice.send(room, 'alpha beta');
      for (const term of [
        'alpha OR nothing',
        'alpha AND NOT beta',
        'NEAR(alpha beta, 9)',
        'al*',
        '{body} : zzz',
        '"alpha" -beta zzz',
        '^gamma',
        "alpha' OR '1'='1",
      ]) {
        expect(await count(term), term).to.equal(0);
      }
      for (const term of ['"alpha"', 'alpha*', '(beta)', '{alpha}', 'ALPHA + beta', '\0alpha', "alpha';--"])
        expect(await count(term), term).to.equal(1);
    });

    it('for one character over and over is as quick as any', async () => {
      for (let index = 0; index < 5; index++) await alice.send(room, 'あ'.repeat(20_000));
      expect(await count('あ'.repeat(30_000))).to.equal(5);
    });
  });

  describe('as push rules', () => {
    const rule = (user: TestUser, kind: string, id: string, body: Json): Promise<Json> => put(user, v3('pushrules', 'global', kind, id), body);
    const pattern = (index: number, length: number): string => `${index}${'*a'.repeat(length)}`.slice(0, length);

    it('have patterns of bounded length, number and sum', async () => {
      const erin = await server.user('erin');
      await expectError(rule(erin, 'content', 'a', { actions: ['notify'], pattern: 'a'.repeat(1_025) }), 400, 'M_INVALID_PARAM');
      const conditions = numbered(50, (index) => ({ kind: 'event_match', key: 'content.body', pattern: pattern(index, 1_000) }));
      await rule(erin, 'override', 'a', { actions: [], conditions });
      await expectError(rule(erin, 'override', 'b', { actions: [], conditions }), 400, 'M_INVALID_PARAM');
      await rule(erin, 'override', 'a', { actions: [], conditions: [] });
      const short = numbered(50, (index) => ({ kind: 'event_match', key: 'k', pattern: `${index}` }));
      for (let index = 0; index < 20; index++) await rule(erin, 'underride', `u${index}`, { actions: [], conditions: short });
      await expectError(rule(erin, 'content', 'c', { actions: [], pattern: 'one more' }), 400, 'M_INVALID_PARAM');
    });

    it('have actions of a bounded size', async () => {
      const frank = await server.user('frank');
      const actions = [{ set_tweak: 'sound', value: 'a'.repeat(1_100_000) }];
      await expectError(rule(frank, 'content', 'a', { actions, pattern: 'a' }), 400, 'M_INVALID_PARAM');
      await rule(frank, 'content', 'a', { actions: [], pattern: 'a' });
      await expectError(put(frank, v3('pushrules', 'global', 'content', 'a', 'actions'), { actions }), 400, 'M_INVALID_PARAM');
    });

    it('are tried in linear time on the largest message', async () => {
      const grace = await server.user('grace');
      await grace.join(room);
      for (let index = 0; index < 60; index++)
        await rule(grace, 'content', `r${index}`, { actions: ['notify'], pattern: `${'a*'.repeat(500)}${index}b` });
      await alice.send(room, 'a'.repeat(60_000));
      expect(await grace.sync({ timeout: '0' })).to.have.property('next_batch');
    });
  });

  describe('as relations', () => {
    const relate = (to: string): Promise<string> =>
      alice.send(room, { msgtype: 'm.text', body: 'x', 'm.relates_to': { rel_type: 'm.reference', event_id: to } });
    const relationsOf = (eventId: string): Promise<Json> =>
      alice.request('GET', `/_matrix/client/v1/rooms/${encodeURIComponent(room)}/relations/${encodeURIComponent(eventId)}?recurse=true&limit=100`);
    const idsOf = (reply: Json): unknown[] => (reply['chunk'] as Json[]).map(({ event_id: id }) => id);

    it('in a chain are followed three steps far', async () => {
      const chain = [await alice.send(room, 'root')];
      for (let index = 0; index < 30; index++) chain.push(await relate(chain.at(-1) ?? ''));
      expect(idsOf(await relationsOf(chain[0] ?? ''))).to.deep.equal(chain.slice(1, 4).toReversed());
    });

    it('in a circle, and to themselves, end', async () => {
      const root = await alice.send(room, 'root');
      const [one, two] = [await relate(root), await relate(root)];
      const bend = (eventId: string, to: string): Promise<void> =>
        database.write(() => execute('update relations set relates_to = ? where event_id = ?', to, eventId));
      await bend(one, two);
      await bend(two, one);
      expect(idsOf(await relationsOf(one))).to.have.members([one, two]);
      await bend(one, one);
      expect(idsOf(await relationsOf(one))).to.have.members([one, two]);
      await alice.sync({ timeout: '0' });
    });
  });

  describe('as a tree of spaces', () => {
    const hierarchy = (space: string): Promise<Json> =>
      alice.request('GET', `/_matrix/client/v1/rooms/${encodeURIComponent(space)}/hierarchy?limit=100`);
    const space = (): Promise<string> => alice.createRoom({ preset: 'public_chat', creation_content: { type: 'm.space' } });
    const child = (parent: string, room: string): Promise<string> => alice.setState(parent, 'm.space.child', { via: ['localhost'] }, room);

    it('that loops shows each room once', async () => {
      const [one, two, three] = [await space(), await space(), await space()];
      for (const [parent, room] of [
        [one, two],
        [two, three],
        [three, one],
        [one, one],
        [three, two],
      ] as const)
        await child(parent, room);
      expect(((await hierarchy(one))['rooms'] as Json[]).map(({ room_id: id }) => id))
        .to.have.members([one, two, three])
        .and.to.have.lengthOf(3);
    });

    it('of which each room holds all costs a look at each room', async () => {
      const spaces = await Promise.all(numbered(12, space));
      for (const parent of spaces) for (const room of spaces) await child(parent, room);
      let reply: Json = {};
      expect(await statementsOf(async () => (reply = await hierarchy(spaces[0] ?? '')))).to.be.lessThan(400);
      expect(reply['rooms']).to.have.lengthOf(12);
    });
  });

  it('as aliases of one room, by the thousand, is read by one statement', async () => {
    const many = await alice.createRoom({ preset: 'public_chat' });
    await database.write(function* () {
      for (let index = 0; index < 10_000; index++) {
        yield* execute(
          'insert into room_aliases (alias, room_id, creator, created_ts) values (?, ?, ?, ?)',
          `#a${index}:localhost`,
          many,
          alice.userId,
          0,
        );
      }
    });
    const read = await statementsOf(async () => {
      expect((await alice.request('GET', v3('rooms', many, 'aliases')))['aliases']).to.have.lengthOf(10_000);
    });
    expect(read).to.be.lessThan(20);
    await alice.sync({ timeout: '0' });
  });
});
