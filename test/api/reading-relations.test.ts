import { expect } from 'chai';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { bodiesOf, pathOf, type SeenEvent } from './room-reading.ts';

interface Bundle {
  readonly 'm.replace'?: SeenEvent;
  readonly 'm.thread'?: { latest_event: SeenEvent; count: number; current_user_participated: boolean };
  readonly 'm.reference'?: { chunk: { event_id: string }[] };
}
const bundleIn = (event: SeenEvent | undefined): Bundle => event?.unsigned['m.relations'] ?? {};

interface Chunk {
  readonly chunk: SeenEvent[];
  readonly next_batch?: string;
  readonly prev_batch?: string;
  readonly recursion_depth?: number;
}

describe('Relations between events', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  let room: string;
  before(async () => {
    server = await boot({ clock: 'fake' });
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
  });
  beforeEach(async () => {
    room = await alice.createRoom({ preset: 'public_chat' });
    await bob.join(room);
  });
  after(() => server.close());

  const relate = (who: TestUser, relType: string, eventId: string, more: Record<string, unknown> = {}, type = 'm.room.message'): Promise<string> =>
    who.sendEvent(room, type, { msgtype: 'm.text', body: 'related', ...more, 'm.relates_to': { rel_type: relType, event_id: eventId } });
  const edit = (who: TestUser, eventId: string, body: string): Promise<string> =>
    relate(who, 'm.replace', eventId, { body: `* ${body}`, 'm.new_content': { msgtype: 'm.text', body } });
  const inThread = (who: TestUser, eventId: string, body: string): Promise<string> => relate(who, 'm.thread', eventId, { body });
  const redact = (who: TestUser, eventId: string): Promise<unknown> => who.request('PUT', `${pathOf(room)}/redact/${eventId}/r${eventId}`, {});
  const bundleOf = async (who: TestUser, eventId: string): Promise<Bundle> => {
    const event = (await who.request('GET', `${pathOf(room)}/event/${eventId}`)) as unknown as SeenEvent;
    return bundleIn(event);
  };
  const related = async (eventId: string, path = '', query: Record<string, string> = {}): Promise<Chunk> =>
    (await alice.request('GET', `${pathOf(room, 'v1')}/relations/${eventId}${path}?${new URLSearchParams(query).toString()}`)) as unknown as Chunk;
  const threads = async (who: TestUser, query = ''): Promise<Chunk> =>
    (await who.request('GET', `${pathOf(room, 'v1')}/threads${query}`)) as unknown as Chunk;
  const idsOf = (chunk: Chunk): string[] => chunk.chunk.map((event) => event.event_id);

  describe('bundled with the event', () => {
    it('has the most recent edit that counts', async () => {
      const original = await alice.send(room, 'frist');
      expect(await bundleOf(alice, original)).to.deep.equal({});
      await server.advance(1);
      await edit(alice, original, 'fisrt');
      await server.advance(1);
      const last = await edit(alice, original, 'first');
      await server.advance(1);
      await edit(bob, original, 'not mine to edit');
      await relate(alice, 'm.replace', original, { body: 'no new content' });
      await relate(alice, 'm.replace', original, { 'm.new_content': {} }, 'org.example.other');
      expect((await bundleOf(bob, original))['m.replace']).to.deep.include({ event_id: last, type: 'm.room.message', room_id: room });
      await redact(alice, last);
      expect((await bundleOf(bob, original))['m.replace']?.content['body']).to.equal('* fisrt');
      const event = (await bob.request('GET', `${pathOf(room)}/event/${original}`)) as unknown as SeenEvent;
      expect(event.content['body'], 'the content stays as it was sent').to.equal('frist');
      await redact(alice, original);
      expect(await bundleOf(bob, original)).to.deep.equal({});
    });

    it('takes the greater event id when two edits are of the same time', async () => {
      const original = await alice.send(room, 'now');
      const edits = [await edit(alice, original, 'one'), await edit(alice, original, 'two'), await edit(alice, original, 'three')];
      expect((await bundleOf(alice, original))['m.replace']?.event_id).to.equal(edits.toSorted().at(-1));
    });

    it('has no edits of edits', async () => {
      const original = await alice.send(room, 'a');
      const first = await edit(alice, original, 'b');
      await edit(alice, first, 'c');
      expect(await bundleOf(alice, first)).to.deep.equal({});
    });

    it('sums up a thread', async () => {
      const root = await alice.send(room, 'root');
      await inThread(alice, root, 'one');
      const latest = await inThread(alice, root, 'two');
      await edit(alice, latest, 'two!');
      const thread = (await bundleOf(bob, root))['m.thread'];
      expect(thread).to.include({ count: 2, current_user_participated: false });
      expect(thread?.latest_event.event_id).to.equal(latest);
      expect(bundleIn(thread?.latest_event)['m.replace']?.content['body']).to.equal('* two!');
      expect((await bundleOf(alice, root))['m.thread']?.current_user_participated, 'who sent the root').to.equal(true);
      const more = await inThread(bob, root, 'three');
      expect((await bundleOf(bob, root))['m.thread']).to.include({ count: 3, current_user_participated: true });
      await redact(bob, more);
      const after = (await bundleOf(bob, root))['m.thread'];
      expect(after).to.include({ count: 2, current_user_participated: false });
      expect(after?.latest_event.event_id).to.equal(latest);
    });

    it('lists references, and no annotations', async () => {
      const target = await alice.send(room, 'poll');
      const ids = [await relate(bob, 'm.reference', target), await relate(alice, 'm.reference', target)];
      await bob.sendEvent(room, 'm.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: target, key: '👍' } });
      expect(await bundleOf(alice, target)).to.deep.equal({ 'm.reference': { chunk: ids.map((id) => ({ event_id: id })) } });
    });

    it('is on every road that serves events', async () => {
      const original = await alice.send(room, 'everywhere');
      const reply = await edit(alice, original, 'edited');
      const on = (events: unknown): unknown => {
        const event = (events as SeenEvent[]).find((one) => one.event_id === original);
        return bundleIn(event)['m.replace']?.event_id;
      };
      expect(on(await bob.messages(room)), '/messages').to.equal(reply);
      expect(on([(await bob.request('GET', `${pathOf(room)}/context/${original}`))['event']]), '/context').to.equal(reply);
      expect(on((await bob.request('GET', `${pathOf(room)}/context/${reply}`))['events_before']), 'before').to.equal(reply);
    });

    it('leaves out what ignored users sent', async () => {
      const root = await alice.send(room, 'root');
      const mine = await inThread(alice, root, 'mine');
      await inThread(bob, root, 'theirs');
      await relate(bob, 'm.reference', root);
      const path = `/_matrix/client/v3/user/${alice.userId}/account_data/m.ignored_user_list`;
      await alice.request('PUT', path, { ignored_users: { [bob.userId]: {} } });
      const bundle = await bundleOf(alice, root);
      expect(bundle['m.thread']).to.include({ count: 1 });
      expect(bundle['m.thread']?.latest_event.event_id).to.equal(mine);
      expect(bundle).to.not.have.property('m.reference');
      await alice.request('PUT', path, { ignored_users: {} });
    });

    it('tells those who left nothing of what came after', async () => {
      const original = await alice.send(room, 'original');
      const early = await edit(alice, original, 'early');
      await inThread(alice, original, 'in time');
      await bob.leave(room);
      await server.advance(1);
      await edit(alice, original, 'late');
      await inThread(alice, original, 'too late');
      const bundle = await bundleOf(bob, original);
      expect(bundle['m.replace']?.event_id).to.equal(early);
      expect(bundle['m.thread']).to.include({ count: 1 });
      expect(bundle['m.thread']?.latest_event.content['body']).to.equal('in time');
    });
  });

  describe('listed', () => {
    it('by relation and type', async () => {
      const parent = await alice.send(room, 'parent');
      const reply = await inThread(bob, parent, 'reply');
      const reaction = await bob.sendEvent(room, 'm.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: parent, key: 'x' } });
      const sticker = await relate(bob, 'm.thread', parent, {}, 'm.sticker');
      expect(idsOf(await related(parent))).to.deep.equal([sticker, reaction, reply]);
      expect(idsOf(await related(parent, '', { dir: 'f' }))).to.deep.equal([reply, reaction, sticker]);
      expect(idsOf(await related(parent, '/m.thread'))).to.deep.equal([sticker, reply]);
      expect(idsOf(await related(parent, '/m.thread/m.sticker'))).to.deep.equal([sticker]);
      expect(idsOf(await related(reply))).to.deep.equal([]);
      expect(await related(parent)).to.not.have.any.keys('next_batch', 'prev_batch', 'recursion_depth');
      await redact(bob, reaction);
      expect(idsOf(await related(parent, '/m.annotation'))).to.deep.equal([]);
      await expectError(related('$nothing'), 404, 'M_NOT_FOUND');
      await expectError(related(parent, '', { limit: '0' }), 400, 'M_INVALID_PARAM');
      await expectError(related(parent, '', { from: 'x' }), 400, 'M_INVALID_PARAM');
    });

    it('page by page', async () => {
      const parent = await alice.send(room, 'parent');
      const sent: string[] = [];
      for (let n = 0; n < 5; n++) sent.push(await inThread(alice, parent, `${n}`));
      for (const [dir, order] of [
        ['b', sent.toReversed()],
        ['f', sent],
      ] as const) {
        const first = await related(parent, '', { dir, limit: '2' });
        const second = await related(parent, '', { dir, limit: '2', from: first.next_batch ?? '' });
        expect(second.prev_batch).to.equal(first.next_batch);
        const third = await related(parent, '', { dir, limit: '2', from: second.next_batch ?? '' });
        expect([first, second, third].flatMap(idsOf)).to.deep.equal(order);
        expect(third).to.not.have.property('next_batch');
        expect(idsOf(await related(parent, '', { dir, from: first.next_batch ?? '', to: second.next_batch ?? '' }))).to.deep.equal(order.slice(2, 4));
      }
    });

    it('through other relations, when asked to', async () => {
      const root = await alice.send(room, 'root');
      const reply = await inThread(bob, root, 'reply');
      const reaction = await alice.sendEvent(room, 'm.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: reply, key: 'x' } });
      const third = await relate(bob, 'm.reference', reaction);
      const fourth = await relate(bob, 'm.reference', third);
      const all = await related(root, '', { recurse: 'true' });
      expect(idsOf(all)).to.deep.equal([third, reaction, reply]).and.not.include(fourth);
      expect(all.recursion_depth).to.equal(3);
      expect(idsOf(await related(root, '/m.annotation', { recurse: 'true' }))).to.deep.equal([reaction]);
      expect(idsOf(await related(root))).to.deep.equal([reply]);
    });

    it('without relations from other rooms', async () => {
      const parent = await alice.send(room, 'parent');
      const other = await bob.createRoom({});
      const content = { body: 'from outside', msgtype: 'm.text', 'm.relates_to': { rel_type: 'm.reference', event_id: parent } };
      await bob.sendEvent(other, 'm.room.message', content);
      expect(idsOf(await related(parent))).to.deep.equal([]);
      expect(await bundleOf(alice, parent)).to.deep.equal({});
    });
  });

  describe('as threads of the room', () => {
    it('are listed by their latest event', async () => {
      const roots = [await alice.send(room, 'first'), await bob.send(room, 'second'), await alice.send(room, 'third')] as const;
      await alice.send(room, 'not a thread');
      for (const root of roots) await inThread(alice, root, 'reply');
      const bump = await inThread(alice, roots[0], 'again');
      const all = await threads(alice);
      expect(bodiesOf(all.chunk)).to.deep.equal(['first', 'third', 'second']);
      expect(bundleIn(all.chunk[0])['m.thread']).to.include({ count: 2, current_user_participated: true });
      expect(all).to.not.have.property('next_batch');
      const first = await threads(alice, '?limit=2');
      expect(bodiesOf((await threads(alice, `?limit=2&from=${first.next_batch ?? ''}`)).chunk)).to.deep.equal(['second']);
      expect(bodiesOf((await threads(bob, '?include=participated')).chunk), 'who sent the root').to.deep.equal(['second']);
      await inThread(bob, roots[2], 'me too');
      expect(bodiesOf((await threads(bob, '?include=participated')).chunk)).to.deep.equal(['third', 'second']);
      await redact(alice, bump);
      expect(bodiesOf((await threads(alice)).chunk)).to.deep.equal(['third', 'second', 'first']);
      await expectError(threads(alice, '?limit=0'), 400, 'M_INVALID_PARAM');
      await expectError(threads(alice, '?include=mine'), 400, 'M_INVALID_PARAM');
      await expectError(threads(alice, '?from=page2'), 400, 'M_INVALID_PARAM');
    });

    it('end when all of their events are redacted', async () => {
      const root = await alice.send(room, 'root');
      const reply = await inThread(bob, root, 'reply');
      await redact(bob, reply);
      expect((await threads(alice)).chunk).to.deep.equal([]);
    });

    it('hide what an ignored user wrote at the root', async () => {
      const root = await bob.send(room, 'annoying');
      await inThread(alice, root, 'indeed');
      const path = `/_matrix/client/v3/user/${alice.userId}/account_data/m.ignored_user_list`;
      await alice.request('PUT', path, { ignored_users: { [bob.userId]: {} } });
      const [seen] = (await threads(alice)).chunk;
      expect(seen?.event_id).to.equal(root);
      expect(seen?.content).to.deep.equal({});
      await alice.request('PUT', path, { ignored_users: {} });
    });

    it('are not for those who are banned', async () => {
      const root = await alice.send(room, 'root');
      await inThread(alice, root, 'reply');
      await alice.ban(room, bob);
      await expectError(threads(bob), 403, 'M_FORBIDDEN');
    });
  });
});
