import { expect } from 'chai';
import { boot, expectError, type SyncReply, type TestServer, type TestUser } from '../../src/testing/index.ts';

const path = (user: TestUser, ...rest: readonly string[]): string =>
  `/_matrix/client/v3/user/${[user.userId, ...rest].map(encodeURIComponent).join('/')}`;

interface DataEvent {
  readonly type: string;
  readonly content: unknown;
}
interface Data {
  readonly account_data: { readonly events: readonly DataEvent[] };
}
const eventsOf = (data: Data | undefined): readonly DataEvent[] => data?.account_data.events ?? [];
const globalIn = (reply: SyncReply): readonly DataEvent[] => ('account_data' in reply ? eventsOf(reply as unknown as Data) : []);
const ofRoomIn = (reply: SyncReply, room: string): readonly DataEvent[] =>
  eventsOf(((reply['rooms'] ?? {}) as { join?: Record<string, Data> }).join?.[room]);

describe('account data', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  let room: string;
  before(async () => {
    server = await boot({ clock: 'fake' });
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
    room = await alice.createRoom({});
  });
  after(() => server.close());

  it('keeps global data and data of rooms apart', async () => {
    await alice.request('PUT', path(alice, 'account_data', 'org.example/x'), { where: 'account', deep: { list: [1, null, 'a'] } });
    await alice.request('PUT', path(alice, 'rooms', room, 'account_data', 'org.example/x'), { where: 'room' });
    expect(await alice.request('GET', path(alice, 'account_data', 'org.example/x'))).to.deep.equal({
      where: 'account',
      deep: { list: [1, null, 'a'] },
    });
    expect(await alice.request('GET', path(alice, 'rooms', room, 'account_data', 'org.example/x'))).to.deep.equal({ where: 'room' });
    await expectError(alice.request('GET', path(alice, 'account_data', 'org.example.other')), 404, 'M_NOT_FOUND');
    await expectError(alice.request('GET', path(alice, 'rooms', '!no:where', 'account_data', 'org.example/x')), 404, 'M_NOT_FOUND');
  });

  it('replaces what was there', async () => {
    await alice.request('PUT', path(alice, 'account_data', 'm.direct'), { '@bob:localhost': [room] });
    await alice.request('PUT', path(alice, 'account_data', 'm.direct'), {});
    expect(await alice.request('GET', path(alice, 'account_data', 'm.direct'))).to.deep.equal({});
  });

  it("is nobody else's business", async () => {
    for (const rest of [
      ['account_data', 'm.direct'],
      ['rooms', room, 'account_data', 'm.direct'],
    ]) {
      await expectError(bob.request('GET', path(alice, ...rest)), 403, 'M_FORBIDDEN');
      await expectError(bob.request('PUT', path(alice, ...rest), {}), 403, 'M_FORBIDDEN');
    }
    await expectError(bob.request('GET', path(alice, 'rooms', room, 'tags')), 403, 'M_FORBIDDEN');
    await expectError(bob.request('PUT', path(alice, 'rooms', room, 'tags', 'm.favourite'), {}), 403, 'M_FORBIDDEN');
    await expectError(bob.request('DELETE', path(alice, 'rooms', room, 'tags', 'm.favourite')), 403, 'M_FORBIDDEN');
  });

  it('refuses what the server manages, and what it cannot take', async () => {
    for (const type of ['m.fully_read', 'm.push_rules']) {
      await expectError(alice.request('PUT', path(alice, 'account_data', type), {}), 405, 'M_BAD_JSON');
      await expectError(alice.request('PUT', path(alice, 'rooms', room, 'account_data', type), {}), 405, 'M_BAD_JSON');
    }
    await expectError(alice.request('PUT', path(alice, 'account_data', 'm.direct'), ['a list']), 400, 'M_BAD_JSON');
    await expectError(alice.request('PUT', path(alice, 'rooms', 'no-room', 'account_data', 'm.direct'), {}), 400, 'M_INVALID_PARAM');
    await expectError(alice.request('PUT', path(alice, 'account_data', 'x'.repeat(256)), {}), 400, 'M_INVALID_PARAM');
    await expectError(alice.request('PUT', path(alice, 'account_data', 'm.direct'), { a: 'x'.repeat(1_048_576) }), 413, 'M_TOO_LARGE');
  });

  it('lets the push rules be read as account data', async () => {
    const rules = await alice.request('GET', '/_matrix/client/v3/pushrules/');
    expect(await alice.request('GET', path(alice, 'account_data', 'm.push_rules'))).to.deep.equal(rules);
  });

  it('tags rooms', async () => {
    await alice.request('PUT', path(alice, 'rooms', room, 'tags', 'm.favourite'), { order: 0.25 });
    await alice.request('PUT', path(alice, 'rooms', room, 'tags', 'u.wörk'), {});
    await alice.request('PUT', path(alice, 'rooms', room, 'tags', 'toString'), { order: 1 });
    const tags = { 'm.favourite': { order: 0.25 }, 'u.wörk': {}, toString: { order: 1 } };
    expect(await alice.request('GET', path(alice, 'rooms', room, 'tags'))).to.deep.equal({ tags });
    expect(await alice.request('GET', path(alice, 'rooms', room, 'account_data', 'm.tag'))).to.deep.equal({ tags });

    await alice.request('DELETE', path(alice, 'rooms', room, 'tags', 'u.wörk'));
    await alice.request('DELETE', path(alice, 'rooms', room, 'tags', 'never.there'));
    await alice.request('DELETE', path(alice, 'rooms', room, 'tags', 'toString'));
    expect(await alice.request('GET', path(alice, 'rooms', room, 'tags'))).to.deep.equal({ tags: { 'm.favourite': { order: 0.25 } } });
    expect(await alice.request('GET', path(alice, 'rooms', '!other:localhost', 'tags'))).to.deep.equal({ tags: {} });
  });

  it('comes with /sync: all of it at first, then what has changed', async () => {
    const carol = await server.user('carol');
    const home = await carol.createRoom({});
    await carol.request('PUT', path(carol, 'account_data', 'org.example.a'), { n: 1 });
    await carol.request('PUT', path(carol, 'rooms', home, 'account_data', 'org.example.a'), { n: 2 });
    await carol.request('PUT', path(carol, 'rooms', home, 'tags', 'u.home'), {});
    const first = await carol.sync({ timeout: '0' });
    expect(globalIn(first).map(({ type }) => type)).to.have.members(['m.push_rules', 'org.example.a']);
    expect(ofRoomIn(first, home)).to.have.deep.members([
      { type: 'org.example.a', content: { n: 2 } },
      { type: 'm.tag', content: { tags: { 'u.home': {} } } },
    ]);

    const waiting = carol.sync({ since: first.next_batch, timeout: '30000' });
    await carol.request('PUT', path(carol, 'account_data', 'org.example.a'), { n: 3 });
    const second = await waiting;
    expect(globalIn(second)).to.deep.equal([{ type: 'org.example.a', content: { n: 3 } }]);
    expect(ofRoomIn(second, home)).to.deep.equal([]);

    await carol.request('DELETE', path(carol, 'rooms', home, 'tags', 'u.home'));
    await carol.request('PUT', '/_matrix/client/v3/pushrules/global/override/.m.rule.master/enabled', { enabled: true });
    const third = await carol.sync({ since: second.next_batch, timeout: '0' });
    expect(ofRoomIn(third, home)).to.deep.equal([{ type: 'm.tag', content: { tags: {} } }]);
    expect(globalIn(third)).to.deep.equal([{ type: 'm.push_rules', content: await carol.request('GET', '/_matrix/client/v3/pushrules/') }]);

    const filter = JSON.stringify({ account_data: { not_types: ['org.*', 'm.push_rules'] }, room: { account_data: { types: ['m.tag'] } } });
    const filtered = await carol.sync({ filter });
    expect(globalIn(filtered)).to.deep.equal([]);
    expect(ofRoomIn(filtered, home)).to.deep.equal([{ type: 'm.tag', content: { tags: {} } }]);
  });

  it('refuses tags of a wrong form', async () => {
    for (const order of [-0.1, 1.1, '0.5', null]) {
      await expectError(alice.request('PUT', path(alice, 'rooms', room, 'tags', 'u.x'), { order }), 400, 'M_BAD_JSON');
    }
    await expectError(alice.request('PUT', path(alice, 'rooms', room, 'tags', 'ü'.repeat(128)), {}), 400, 'M_INVALID_PARAM');
  });
});
