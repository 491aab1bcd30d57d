import { expect } from 'chai';
import type { EventId, RoomId } from '../../src/core/identifiers.ts';
import { setReadMarkers } from '../../src/operations/receipts/set-read-markers.ts';
import { boot, expectError, type SyncReply, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { shadowBanned } from './shadow-banned.ts';

interface Room {
  readonly ephemeral: { readonly events: readonly { readonly type: string; readonly content: unknown }[] };
  readonly account_data: { readonly events: readonly { readonly type: string; readonly content: unknown }[] };
  readonly unread_notifications: { readonly notification_count: number };
  readonly unread_thread_notifications?: Readonly<Record<string, unknown>>;
}

describe('receipts and read markers', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  let room: string;
  let events: string[];
  beforeEach(async () => {
    server = await boot({ clock: 'fake', config: { presence: { enabled: false } } });
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
    room = await alice.createRoom({ preset: 'public_chat' });
    await bob.join(room);
    events = [];
    for (const text of ['zero', 'one', 'two']) events.push(await alice.send(room, text));
  });
  afterEach(() => server.close());

  const path = (rest: string): string => `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/${rest}`;
  const read = (user: TestUser, eventId: string | undefined, type = 'm.read', body: unknown = {}): Promise<unknown> =>
    user.request('POST', path(`receipt/${type}/${encodeURIComponent(eventId ?? '')}`), body);
  const roomIn = (reply: SyncReply): Room | undefined => ((reply['rooms'] ?? {}) as { join?: Record<string, Room> }).join?.[room];
  const receiptsIn = (reply: SyncReply): unknown[] =>
    (roomIn(reply)?.ephemeral.events ?? []).filter(({ type }) => type === 'm.receipt').map(({ content }) => content);
  const accountDataIn = (reply: SyncReply): unknown[] => [...(roomIn(reply)?.account_data.events ?? [])];
  const receipt = (eventId: string | undefined, user: TestUser, type = 'm.read', threadId?: string): unknown => ({
    [eventId ?? '']: { [type]: { [user.userId]: { ts: server.clock.now(), ...(threadId !== undefined && { thread_id: threadId }) } } },
  });

  it('reach everybody in the room once, and only move forward', async () => {
    const { next_batch: since } = await alice.sync({ timeout: '0' });
    await read(bob, events[1]);
    const reply = await alice.sync({ since, timeout: '0' });
    expect(receiptsIn(reply)).to.deep.equal([receipt(events[1], bob)]);
    await read(bob, events[0]);
    await read(bob, events[1]);
    expect(roomIn(await alice.sync({ since: reply.next_batch, timeout: '0' }))).to.equal(undefined);
    await read(bob, events[2]);
    expect(receiptsIn(await alice.sync({ since: reply.next_batch, timeout: '0' }))).to.deep.equal([receipt(events[2], bob)]);
    expect(receiptsIn(await alice.sync({ timeout: '0' }))).to.deep.equal([receipt(events[2], bob)]);
  });

  it('wake who waits', async () => {
    const { next_batch: since } = await alice.sync({ timeout: '0' });
    const waiting = alice.sync({ since, timeout: '30000' });
    await read(bob, events[1]);
    expect(receiptsIn(await waiting)).to.deep.equal([receipt(events[1], bob)]);
  });

  it('that are private are for oneself', async () => {
    const [forAlice, forBob] = [(await alice.sync()).next_batch, (await bob.sync()).next_batch];
    await read(bob, events[1], 'm.read.private');
    expect(receiptsIn(await bob.sync({ since: forBob, timeout: '0' }))).to.deep.equal([receipt(events[1], bob, 'm.read.private')]);
    expect(receiptsIn(await bob.sync())).to.deep.equal([receipt(events[1], bob, 'm.read.private')]);
    expect(roomIn(await alice.sync({ since: forAlice, timeout: '0' }))).to.equal(undefined);
    expect(receiptsIn(await alice.sync())).to.deep.equal([]);
  });

  it('of a shadow-banned user reach nobody', async () => {
    const { next_batch: since } = await alice.sync();
    const [eventId] = events as EventId[];
    if (eventId === undefined) throw new Error('no event');
    await server.run(setReadMarkers, shadowBanned(bob), { roomId: room as RoomId, markers: [{ type: 'm.read', eventId }] });
    expect(roomIn(await alice.sync({ since, timeout: '0' }))).to.equal(undefined);
    expect(receiptsIn(await bob.sync())).to.deep.equal([receipt(eventId, bob)]);
  });

  it('stand for each thread apart', async () => {
    const [root, , last] = events;
    const inThread = await alice.send(room, { msgtype: 'm.text', body: 'in', 'm.relates_to': { rel_type: 'm.thread', event_id: root } });
    const reaction = await alice.sendEvent(room, 'm.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: inThread, key: '+1' } });
    await read(bob, last);
    await read(bob, last, 'm.read', { thread_id: 'main' });
    await read(bob, reaction, 'm.read', { thread_id: root });
    expect(receiptsIn(await alice.sync())).to.have.deep.members([
      receipt(last, bob),
      receipt(last, bob, 'm.read', 'main'),
      receipt(reaction, bob, 'm.read', root),
    ]);

    for (const thread_id of ['', 5, last, 'elsewhere']) await expectError(read(bob, inThread, 'm.read', { thread_id }), 400, 'M_INVALID_PARAM');
    await expectError(read(bob, inThread, 'm.read', { thread_id: 'main' }), 400, 'M_INVALID_PARAM');
    await expectError(read(bob, root, 'm.fully_read', { thread_id: 'main' }), 400, 'M_INVALID_PARAM');
  });

  it('of a thread may stand at what is related to its root in another way', async () => {
    const [root, , last] = events;
    const inThread = await alice.send(room, { msgtype: 'm.text', body: 'in', 'm.relates_to': { rel_type: 'm.thread', event_id: root } });
    const reference = await alice.send(room, { msgtype: 'm.text', body: 'see', 'm.relates_to': { rel_type: 'm.reference', event_id: root } });
    const reaction = await alice.sendEvent(room, 'm.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: reference, key: '+1' } });
    const filter = JSON.stringify({ room: { timeline: { unread_thread_notifications: true } } });
    const threads = async (): Promise<unknown> => roomIn(await bob.sync({ filter }))?.unread_thread_notifications ?? {};
    expect(await threads()).to.have.property(root ?? '');
    await read(bob, reaction, 'm.read', { thread_id: root });
    expect(await threads(), inThread).to.not.have.property(root ?? '');
    await read(bob, reaction, 'm.read', { thread_id: 'main' });
    await expectError(read(bob, last, 'm.read', { thread_id: root }), 400, 'M_INVALID_PARAM');
  });

  it('move together with the fully read marker', async () => {
    const { next_batch: since } = await bob.sync();
    await bob.request('POST', path('read_markers'), { 'm.fully_read': events[0], 'm.read': events[1], 'm.read.private': events[2] });
    const reply = await bob.sync({ since, timeout: '0' });
    const ts = server.clock.now();
    expect(receiptsIn(reply)).to.deep.equal([
      { [events[1] ?? '']: { 'm.read': { [bob.userId]: { ts } } }, [events[2] ?? '']: { 'm.read.private': { [bob.userId]: { ts } } } },
    ]);
    expect(accountDataIn(reply)).to.deep.equal([{ type: 'm.fully_read', content: { event_id: events[0] } }]);

    await read(bob, events[2], 'm.fully_read');
    await bob.request('POST', path('read_markers'), { 'm.fully_read': events[1] });
    await bob.request('POST', path('read_markers'), {});
    expect(accountDataIn(await bob.sync({ since: reply.next_batch, timeout: '0' }))).to.deep.equal([
      { type: 'm.fully_read', content: { event_id: events[2] } },
    ]);
  });

  it('mark notifications as read', async () => {
    const unread = async (): Promise<number | undefined> => roomIn(await bob.sync())?.unread_notifications.notification_count;
    expect(await unread()).to.equal(3);
    await read(bob, events[1]);
    expect(await unread()).to.equal(1);
    await read(bob, events[0], 'm.read.private');
    expect(await unread()).to.equal(1);
    await read(bob, events[2], 'm.read.private');
    expect(await unread()).to.equal(0);
  });

  it('need an event that the user can see, and a known type', async () => {
    const carol = await server.user('carol');
    const elsewhere = await alice.send(await alice.createRoom({}), 'elsewhere');
    await expectError(read(carol, events[0]), 403, 'M_FORBIDDEN');
    await expectError(read(bob, elsewhere), 404, 'M_NOT_FOUND');
    await expectError(read(bob, '$unknown'), 404, 'M_NOT_FOUND');
    await expectError(bob.request('POST', path('read_markers'), { 'm.fully_read': elsewhere }), 404, 'M_NOT_FOUND');
    await expectError(bob.request('POST', path('read_markers'), { 'm.read': 5 }), 400, 'M_BAD_JSON');
    await expectError(read(bob, 'no-event'), 400, 'M_INVALID_PARAM');
    await expectError(read(bob, events[0], 'm.seen'), 400, 'M_INVALID_PARAM');
  });
});
