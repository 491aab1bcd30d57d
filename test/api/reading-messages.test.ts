import { expect } from 'chai';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { bodiesOf, pathOf, type SeenEvent } from './room-reading.ts';

interface Page {
  readonly chunk: SeenEvent[];
  readonly start: string;
  readonly end?: string;
  readonly state?: SeenEvent[];
}

describe('Paging through a room', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  let room: string;
  let ids: string[];
  before(async () => {
    server = await boot();
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
    room = await alice.createRoom({ preset: 'public_chat' });
    await bob.join(room);
    ids = [];
    for (let n = 0; n < 12; n++) ids.push(await (n % 2 === 0 ? alice : bob).send(room, `m${n}`));
  });
  after(() => server.close());

  const page = async (who: TestUser, query: Record<string, string>): Promise<Page> =>
    (await who.request('GET', `${pathOf(room)}/messages?${new URLSearchParams(query).toString()}`)) as unknown as Page;

  async function walk(query: Record<string, string>): Promise<{ events: SeenEvent[]; pages: number }> {
    const events: SeenEvent[] = [];
    let from: string | undefined;
    for (let pages = 1; ; pages++) {
      const reply = await page(alice, { ...query, ...(from !== undefined && { from }) });
      if (from !== undefined) expect(reply.start).to.equal(from);
      events.push(...reply.chunk);
      if (reply.end === undefined) return { events, pages };
      from = reply.end;
    }
  }

  for (const limit of ['1', '5', '7', '100']) {
    it(`meets every event once in both directions, ${limit} at a time`, async () => {
      const [backwards, forwards] = [await walk({ dir: 'b', limit }), await walk({ dir: 'f', limit })];
      expect(forwards.events[0]?.type).to.equal('m.room.create');
      expect(backwards.events.map((event) => event.event_id).toReversed()).to.deep.equal(forwards.events.map((event) => event.event_id));
      // The last page is the empty one: only it has no `end`.
      expect(backwards.pages).to.equal(Math.ceil(forwards.events.length / Number(limit)) + 1);
      expect(bodiesOf(forwards.events)).to.deep.equal(ids.map((_, n) => `m${n}`));
    });
  }

  it('gives ten events when no limit is asked for, and none for 0', async () => {
    expect((await page(alice, { dir: 'b' })).chunk).to.have.length(10);
    const none = await page(alice, { dir: 'b', limit: '0' });
    expect(none.chunk).to.have.length(0);
    expect((await page(alice, { dir: 'b', limit: '1', from: none.end ?? '' })).chunk[0]?.event_id).to.equal(ids[11]);
  });

  it('stays between its tokens', async () => {
    const newest = await page(alice, { dir: 'b', limit: '2' });
    const more = await page(alice, { dir: 'b', limit: '3', from: newest.end ?? '' });
    expect(bodiesOf(more.chunk)).to.deep.equal(['m9', 'm8', 'm7']);
    expect(bodiesOf((await page(alice, { dir: 'b', from: newest.end ?? '', to: more.end ?? '' })).chunk)).to.deep.equal(['m9', 'm8', 'm7']);
    expect(bodiesOf((await page(alice, { dir: 'f', from: more.end ?? '', to: newest.end ?? '' })).chunk)).to.deep.equal(['m7', 'm8', 'm9']);
    expect(bodiesOf((await page(alice, { dir: 'f', from: newest.end ?? '' })).chunk)).to.deep.equal(['m10', 'm11']);
  });

  it('goes on from the tokens of /sync', async () => {
    const sync = (await alice.sync({ filter: JSON.stringify({ room: { timeline: { limit: 2 } } }) })) as unknown as {
      next_batch: string;
      rooms: { join: Record<string, { timeline: { prev_batch: string } }> };
    };
    const before = sync.rooms.join[room]?.timeline.prev_batch ?? '';
    expect(bodiesOf((await page(alice, { dir: 'b', limit: '2', from: before })).chunk)).to.deep.equal(['m9', 'm8']);
    expect(bodiesOf((await page(alice, { dir: 'f', limit: '9', from: before, to: sync.next_batch })).chunk)).to.deep.equal(['m10', 'm11']);
  });

  it('goes forwards for callers who do not say where', async () => {
    expect((await page(alice, { limit: '1' })).chunk.map(({ type }) => type)).to.deep.equal(['m.room.create']);
  });

  describe('with a filter', () => {
    const filtered = (filter: object, more: Record<string, string> = {}) => page(alice, { dir: 'b', filter: JSON.stringify(filter), ...more });

    it('of senders and types', async () => {
      expect(bodiesOf((await filtered({ senders: [bob.userId] }, { limit: '2' })).chunk)).to.deep.equal(['m11', 'm9']);
      expect(bodiesOf((await filtered({ not_senders: [bob.userId], types: ['m.room.mess*'] }, { limit: '2' })).chunk)).to.deep.equal(['m10', 'm8']);
      const creation = await filtered({ types: ['m.room.create'] });
      expect(creation.chunk.map((event) => event.type)).to.deep.equal(['m.room.create']);
      expect(await filtered({ types: ['m.room.create'] }, { from: creation.end ?? 'none' })).to.deep.equal({ chunk: [], start: creation.end });
    });

    it('of urls, rooms and nothing at all', async () => {
      expect((await filtered({ contains_url: true })).chunk).to.deep.equal([]);
      expect((await filtered({ not_rooms: [room] })).chunk).to.deep.equal([]);
      expect((await filtered({ types: [] })).chunk).to.deep.equal([]);
    });

    it('that loads members lazily', async () => {
      const lazy = await filtered({ lazy_load_members: true }, { limit: '1' });
      expect(lazy.state?.map((event) => [event.type, event.state_key])).to.deep.equal([['m.room.member', bob.userId]]);
      const both = await filtered({ lazy_load_members: true, include_redundant_members: true }, { limit: '2' });
      expect(both.state?.map((event) => event.state_key)).to.have.members([alice.userId, bob.userId]);
      expect(await filtered({})).to.not.have.property('state');
      const place = await alice.createRoom();
      await alice.send(place, 'alone');
      const query = `dir=b&limit=100&filter=${encodeURIComponent(JSON.stringify({ lazy_load_members: true }))}`;
      const whole = (await alice.request('GET', `/_matrix/client/v3/rooms/${encodeURIComponent(place)}/messages?${query}`)) as unknown as Page;
      expect(whole.state?.map((event) => event.state_key)).to.deep.equal([alice.userId]);
    });
  });

  it('refuses what it cannot read', async () => {
    await expectError(page(alice, { dir: 'sideways' }), 400, 'M_INVALID_PARAM');
    await expectError(page(alice, { dir: 'b', from: 'yesterday' }), 400, 'M_INVALID_PARAM');
    await expectError(page(alice, { dir: 'b', to: 's1x' }), 400, 'M_INVALID_PARAM');
    await expectError(page(alice, { dir: 'b', limit: 'many' }), 400, 'M_INVALID_PARAM');
    await expectError(page(alice, { dir: 'b', filter: '{' }), 400, 'M_NOT_JSON');
    await expectError(page(alice, { dir: 'b', filter: '[]' }), 400, 'M_BAD_JSON');
  });

  describe('around one event', () => {
    const context = (eventId: string, query: Record<string, string> = {}) =>
      alice.request('GET', `${pathOf(room)}/context/${eventId}?${new URLSearchParams(query).toString()}`);

    it('gives what happened before and after, and tokens to go on', async () => {
      const reply = await context(ids[6] ?? '', { limit: '4' });
      expect(bodiesOf([reply['event']])).to.deep.equal(['m6']);
      expect(bodiesOf(reply['events_before'])).to.deep.equal(['m5', 'm4']);
      expect(bodiesOf(reply['events_after'])).to.deep.equal(['m7', 'm8']);
      expect(bodiesOf((await page(alice, { dir: 'b', limit: '1', from: reply['start'] as string })).chunk)).to.deep.equal(['m3']);
      expect(bodiesOf((await page(alice, { dir: 'f', limit: '1', from: reply['end'] as string })).chunk)).to.deep.equal(['m9']);
    });

    it('gives the event alone for a limit of 0', async () => {
      const reply = await context(ids[6] ?? '', { limit: '0' });
      expect([reply['events_before'], reply['events_after']]).to.deep.equal([[], []]);
      expect(bodiesOf((await page(alice, { dir: 'b', limit: '1', from: reply['start'] as string })).chunk)).to.deep.equal(['m5']);
      expect(bodiesOf((await page(alice, { dir: 'f', limit: '1', from: reply['end'] as string })).chunk)).to.deep.equal(['m7']);
    });

    it('filters what is around it, not itself', async () => {
      const reply = await context(ids[6] ?? '', { limit: '4', filter: JSON.stringify({ senders: [bob.userId], lazy_load_members: true }) });
      expect(bodiesOf([reply['event']])).to.deep.equal(['m6']);
      expect(bodiesOf(reply['events_before'])).to.deep.equal(['m5', 'm3']);
      expect(bodiesOf(reply['events_after'])).to.deep.equal(['m7', 'm9']);
      expect((reply['state'] as SeenEvent[]).map((event) => event.state_key)).to.deep.equal([bob.userId]);
    });

    it('tells the state as it was at the last of them', async () => {
      const place = await alice.createRoom({ topic: 'first' });
      const then = await alice.send(place, 'then');
      await alice.setState(place, 'm.room.topic', { topic: 'second' });
      await alice.send(place, 'now');
      const topicAfter = async (limit: string): Promise<unknown> => {
        const reply = await alice.request('GET', `${pathOf(place)}/context/${then}?limit=${limit}`);
        return (reply['state'] as SeenEvent[]).find((event) => event.type === 'm.room.topic')?.content['topic'];
      };
      expect(await topicAfter('0')).to.equal('first');
      expect(await topicAfter('2')).to.equal('second');
    });
  });
});
