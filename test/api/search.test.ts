import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RegistrationBehaviour, type ModuleApi } from '../../src/modules/public.ts';
import { boot, expectError, type TestServer } from '../../src/testing/index.ts';
import { TestUser, type Json } from '../../src/testing/test-user.ts';
import { bodiesOf, pathOf, type SeenEvent } from './room-reading.ts';

interface Group {
  readonly order: number;
  readonly results: readonly string[];
  readonly next_batch?: string;
}
interface Found {
  readonly count: number;
  readonly highlights: readonly string[];
  readonly results: readonly { readonly rank: number; readonly result: SeenEvent; readonly context?: Json }[];
  readonly state?: Readonly<Record<string, readonly SeenEvent[]>>;
  readonly groups?: Readonly<Record<string, Readonly<Record<string, Group>>>>;
  readonly next_batch?: string;
}

class ShadowBans {
  constructor(_config: unknown, api: ModuleApi) {
    api.registerSpamCheckerCallbacks({
      check_registration_for_spam: (_threepid, name) => (name === 'ghost' ? RegistrationBehaviour.SHADOW_BAN : RegistrationBehaviour.ALLOW),
    });
  }
}

describe('the search in messages', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  before(async () => {
    server = await boot({ modules: [{ module: ShadowBans }] });
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
  });
  after(() => server.close());

  async function search(user: TestUser, term: string, options: Json = {}, token?: string): Promise<Found> {
    const query = token === undefined ? '' : `?next_batch=${token}`;
    const body = { search_categories: { room_events: { search_term: term, ...options } } };
    const reply = await user.request('POST', `/_matrix/client/v3/search${query}`, body);
    return (reply['search_categories'] as { room_events: Found }).room_events;
  }
  const events = ({ results }: Found): SeenEvent[] => results.map(({ result }) => result);
  const bodies = async (user: TestUser, term: string, options: Json = {}): Promise<string[]> => bodiesOf(events(await search(user, term, options)));
  const inRooms = (...rooms: string[]): Json => ({ filter: { rooms } });

  it('finds messages that have all of the words, whatever their case and accents', async () => {
    const room = await alice.createRoom();
    for (const text of ['Martians and men', 'Only men', 'Crème for martians', '火星人が来た']) await alice.send(room, text);
    expect(await bodies(alice, 'MEN martians', inRooms(room))).to.deep.equal(['Martians and men']);
    expect(await bodies(alice, 'creme', inRooms(room))).to.deep.equal(['Crème for martians']);
    expect(await bodies(alice, '火星', inRooms(room))).to.deep.equal(['火星人が来た']);
    expect(await bodies(alice, 'mart', inRooms(room))).to.deep.equal([]);
    const found = await search(alice, 'Martians, and!', inRooms(room));
    expect(found).to.deep.include({ count: 1, highlights: ['martians', 'and'] });
    expect(found.results[0]?.rank).to.be.greaterThan(0);
    expect(found.results[0]?.result).to.include({ room_id: room, sender: alice.userId, type: 'm.room.message' });
    expect(found).to.not.have.any.keys('next_batch', 'groups', 'state');
    const full = await search(alice, 'creme', { filter: { rooms: [room], limit: 1 } });
    const after = await search(alice, 'creme', { filter: { rooms: [room], limit: 1 } }, full.next_batch ?? 'none');
    expect(after, 'after a full page').to.include({ count: 1 }).and.to.not.have.property('next_batch');
    expect(after.results).to.deep.equal([]);
  });

  it('finds the newest of more messages than are indexed at once, and counts all of them', async () => {
    const room = await alice.createRoom();
    for (let i = 0; i < 300; i++) await alice.send(room, `Sputnik ${i}`);
    expect(await bodies(alice, 'sputnik', { order_by: 'recent', filter: { rooms: [room], limit: 2 } })).to.deep.equal(['Sputnik 299', 'Sputnik 298']);
    await alice.send(room, 'The last sputnik');
    const found = await Promise.all([search(alice, 'last sputnik', inRooms(room)), search(alice, 'last sputnik', inRooms(room))]);
    expect(found.map(({ count }) => count)).to.deep.equal([1, 1]);
  });

  it('finds after a restart what nobody had searched for before, and not what was redacted before it was indexed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plexus-search-'));
    const stored = { database: join(folder, 'plexus.db') };
    const first = await boot(stored);
    const carol = await first.user('carol');
    const room = await carol.createRoom();
    await carol.send(room, 'Sputnik stays');
    const secret = await carol.send(room, 'Sputnik goes');
    await carol.request('PUT', `${pathOf(room)}/redact/${encodeURIComponent(secret)}/gone`, {});
    await first.close();
    const second = await boot(stored);
    const { userId, deviceId, accessToken } = carol;
    expect(await bodies(new TestUser({ url: second.url, userId, deviceId, accessToken }), 'sputnik')).to.deep.equal(['Sputnik stays']);
    await second.close();
    rmSync(folder, { recursive: true });
  });

  it('finds nothing by what is no word, and survives the language of its index', async () => {
    for (const term of ['', '"', '*', 'body:x', 'a AND', '(', '{body} : "x"', 'x'.repeat(100_000), 'NEAR(a b)', '\u0000']) {
      expect((await search(alice, term)).results, JSON.stringify(term.slice(0, 20))).to.deep.equal([]);
    }
  });

  it('looks into names and topics too, or only where it is told to', async () => {
    const room = await alice.createRoom({ name: 'Telescope', topic: 'About the telescope' });
    await alice.send(room, 'A telescope');
    const types = async (keys?: readonly string[]): Promise<string[]> => {
      const found = await search(alice, 'telescope', { order_by: 'recent', ...inRooms(room), ...(keys && { keys }) });
      return events(found).map(({ type }) => type);
    };
    expect(await types()).to.have.members(['m.room.message', 'm.room.topic', 'm.room.name']);
    expect(await types(['content.body'])).to.deep.equal(['m.room.message']);
    expect(await types(['content.name', 'content.topic'])).to.have.members(['m.room.topic', 'm.room.name']);
  });

  it('orders by rank, or by time', async () => {
    const room = await alice.createRoom();
    const texts = ['comet comet comet', `comet ${'and so on '.repeat(30)}`, 'a comet'];
    for (const text of texts) await alice.send(room, text);
    expect(await bodies(alice, 'comet', inRooms(room))).to.deep.equal([texts[0], texts[2], texts[1]]);
    expect(await bodies(alice, 'comet', { order_by: 'recent', ...inRooms(room) })).to.deep.equal(texts.toReversed());
    const ranks = (await search(alice, 'comet', inRooms(room))).results.map(({ rank }) => rank);
    expect(ranks).to.deep.equal(ranks.toSorted((a, b) => b - a));
  });

  for (const orderBy of ['rank', 'recent']) {
    it(`comes in pages, by ${orderBy}, that new messages do not disturb`, async () => {
      const room = await alice.createRoom();
      for (let index = 0; index < 5; index++) await alice.send(room, `planet ${index}`);
      const options = { order_by: orderBy, filter: { rooms: [room], limit: 2 } };
      const seen: string[] = [];
      let page = await search(alice, 'planet', options);
      await alice.send(room, 'planet planet');
      for (; ; page = await search(alice, 'planet', options, page.next_batch)) {
        expect(page.count).to.equal(5);
        seen.push(...bodiesOf(events(page)));
        if (page.next_batch === undefined) break;
      }
      expect(seen).to.deep.equal(['planet 4', 'planet 3', 'planet 2', 'planet 1', 'planet 0']);
    });
  }

  it('refuses tokens that are not its own, and filters that are none', async () => {
    for (const token of ['x', 'W10', Buffer.from('[1,-1,0]').toString('base64url'), Buffer.from('[1,0,0,"type","x"]').toString('base64url')]) {
      await expectError(search(alice, 'x', {}, token), 400, 'M_INVALID_PARAM');
    }
    await expectError(search(alice, 'x', { filter: { rooms: 'all' } }), 400, 'M_BAD_JSON');
    await expectError(search(alice, 'x', { keys: ['content.msgtype'] }), 400, 'M_BAD_JSON');
    await expectError(alice.request('POST', '/_matrix/client/v3/search', {}), 400, 'M_BAD_JSON');
    expect(await alice.request('POST', '/_matrix/client/v3/search', { search_categories: {} })).to.deep.equal({ search_categories: {} });
  });

  it('groups its results, each group with its own pages', async () => {
    const [one, other] = [await alice.createRoom({ preset: 'public_chat' }), await alice.createRoom()];
    await bob.join(one);
    const ids = [
      await alice.send(one, 'galaxy 0'),
      await bob.send(one, 'galaxy 1'),
      await alice.send(other, 'galaxy 2'),
      await alice.send(one, 'galaxy 3'),
    ];
    const options = {
      order_by: 'recent',
      groupings: { group_by: [{ key: 'room_id' }, { key: 'sender' }] },
      filter: { rooms: [one, other], limit: 2 },
    };
    const { groups } = await search(alice, 'galaxy', options);
    expect(groups?.['room_id']?.[one]).to.deep.include({ order: 1, results: [ids[3]] });
    expect(groups?.['room_id']?.[other]).to.deep.equal({ order: 2, results: [ids[2]] });
    expect(groups?.['sender']).to.have.all.keys(alice.userId);
    const more = await search(alice, 'galaxy', options, groups?.['room_id']?.[one]?.next_batch);
    expect(bodiesOf(events(more))).to.deep.equal(['galaxy 1', 'galaxy 0']);
    const bySender = await search(alice, 'galaxy', options, groups?.['sender']?.[alice.userId]?.next_batch);
    expect(bodiesOf(events(bySender))).to.deep.equal(['galaxy 0']);
    expect(bySender).to.not.have.property('next_batch');
  });

  it('filters by room and sender', async () => {
    const room = await alice.createRoom({ preset: 'public_chat' });
    await bob.join(room);
    await alice.send(room, 'nebula of Alice');
    await bob.send(room, 'nebula of Bob');
    expect(await bodies(alice, 'nebula', { filter: { rooms: [room], senders: [bob.userId] } })).to.deep.equal(['nebula of Bob']);
    expect(await bodies(alice, 'nebula', { filter: { not_rooms: [room] } })).to.deep.equal([]);
    expect(await bodies(alice, 'nebula', { filter: { types: ['m.room.name'] } })).to.deep.equal([]);
  });

  it('adds the context of each result, with the names of the time', async () => {
    const room = await alice.createRoom();
    await alice.setState(room, 'm.room.member', { membership: 'join', displayname: 'Old Alice' }, alice.userId);
    for (const text of ['one', 'two', 'meteor', 'three', 'four']) await alice.send(room, text);
    await alice.setState(room, 'm.room.member', { membership: 'join', displayname: 'New Alice' }, alice.userId);
    const options = { ...inRooms(room), event_context: { before_limit: 2, after_limit: 1, include_profile: true } };
    const context = (await search(alice, 'meteor', options)).results[0]?.context;
    expect(bodiesOf(context?.['events_before'])).to.deep.equal(['two', 'one']);
    expect(bodiesOf(context?.['events_after'])).to.deep.equal(['three']);
    expect(context?.['profile_info']).to.deep.equal({ [alice.userId]: { displayname: 'Old Alice' } });
    const on = await alice.request('GET', `${pathOf(room)}/messages?dir=f&from=${String(context?.['end'])}&limit=1`);
    expect(bodiesOf(on['chunk'])).to.deep.equal(['four']);
    expect((await search(alice, 'meteor', inRooms(room))).results[0]).to.not.have.property('context');
  });

  it('adds the present state of the rooms', async () => {
    const room = await alice.createRoom({ name: 'Orbit' });
    await alice.send(room, 'asteroid');
    const { state } = await search(alice, 'asteroid', { ...inRooms(room), include_state: true });
    expect(state?.[room]?.map(({ type }) => type)).to.include.members(['m.room.create', 'm.room.name', 'm.room.member']);
  });

  it('adds aggregations', async () => {
    const room = await alice.createRoom();
    const root = await alice.send(room, 'supernova');
    await alice.send(room, { msgtype: 'm.text', body: 'in a thread', 'm.relates_to': { rel_type: 'm.thread', event_id: root } });
    const [found] = events(await search(alice, 'supernova', inRooms(room)));
    expect(found).to.have.nested.property('unsigned.m\\.relations.m\\.thread.count', 1);
  });

  describe('shows', () => {
    it('nothing of rooms in which the user never was', async () => {
      const room = await alice.createRoom({ preset: 'public_chat' });
      await alice.send(room, 'quasar');
      expect(await bodies(bob, 'quasar')).to.deep.equal([]);
      await alice.invite(room, bob);
      expect(await bodies(bob, 'quasar')).to.deep.equal([]);
      await bob.join(room);
      expect(await bodies(bob, 'quasar')).to.deep.equal(['quasar']);
    });

    for (const visibility of ['world_readable', 'shared', 'joined']) {
      it(`what history visibility lets the user see, and nothing after they left: ${visibility}`, async () => {
        const state = { type: 'm.room.history_visibility', state_key: '', content: { history_visibility: visibility } };
        const room = await alice.createRoom({ preset: 'public_chat', initial_state: [state] });
        await alice.send(room, 'pulsar before');
        await bob.join(room);
        await alice.send(room, 'pulsar meanwhile');
        await bob.leave(room);
        await alice.send(room, 'pulsar after');
        const before = visibility === 'joined' ? [] : ['pulsar before'];
        const found = await search(bob, 'pulsar', { order_by: 'recent', ...inRooms(room) });
        expect(bodiesOf(events(found))).to.deep.equal(['pulsar meanwhile', ...before]);
        expect(found.count).to.equal(1 + before.length);
        await bob.request('POST', `${pathOf(room)}/forget`, {});
        expect(await bodies(bob, 'pulsar', inRooms(room))).to.deep.equal([]);
      });
    }

    it('nothing that was redacted', async () => {
      const room = await alice.createRoom({ name: 'Eclipse' });
      const eventId = await alice.send(room, 'eclipse');
      await alice.request('PUT', `${pathOf(room)}/redact/${encodeURIComponent(eventId)}/t`, {});
      expect(events(await search(alice, 'eclipse', inRooms(room))).map(({ type }) => type)).to.deep.equal(['m.room.name']);
    });

    it('nothing of ignored users', async () => {
      const room = await alice.createRoom({ preset: 'public_chat' });
      await bob.join(room);
      await bob.send(room, 'satellite');
      const list = `/_matrix/client/v3/user/${alice.userId}/account_data/m.ignored_user_list`;
      await alice.request('PUT', list, { ignored_users: { [bob.userId]: {} } });
      expect(await bodies(alice, 'satellite', inRooms(room))).to.deep.equal([]);
      await alice.request('PUT', list, { ignored_users: {} });
      expect(await bodies(alice, 'satellite', inRooms(room))).to.deep.equal(['satellite']);
    });

    it('nothing of the shadow-banned', async () => {
      const ghost = await server.user('ghost');
      const room = await ghost.createRoom({ preset: 'public_chat' });
      await alice.join(room);
      await ghost.send(room, 'phantom');
      expect(await bodies(alice, 'phantom')).to.deep.equal([]);
    });

    it('nothing of encrypted rooms', async () => {
      const encryption = { type: 'm.room.encryption', state_key: '', content: { algorithm: 'm.megolm.v1.aes-sha2' } };
      const room = await alice.createRoom({ name: 'Cryptic', initial_state: [encryption] });
      expect((await search(alice, 'cryptic', inRooms(room))).results).to.deep.equal([]);
    });
  });

  it('looks into hundreds of rooms', async () => {
    const rooms: string[] = [];
    for (let index = 0; index < 102; index++) rooms.push(await bob.createRoom());
    await bob.send(rooms[0] ?? '', 'horizon first');
    await bob.send(rooms.at(-1) ?? '', 'horizon last');
    expect(await bodies(bob, 'horizon', { order_by: 'recent' })).to.deep.equal(['horizon last', 'horizon first']);
  });
});
