import { expect } from 'chai';
import {
  EventType,
  M_POLL_END,
  M_POLL_RESPONSE,
  M_POLL_START,
  MsgType,
  NotificationCountType,
  Preset,
  ReceiptType,
  RelationType,
  type MatrixEvent,
} from 'matrix-js-sdk';
import { boot, type TestServer } from '../../src/testing/index.ts';
import { ChatClient } from './chat-client.ts';
import { tameClients } from './tame-clients.ts';

const PASSWORD = 'a long secret';
const REFERENCE = RelationType.Reference;

/** One story, told in steps: each goes on from where the one before ended. */
describe('a journey through a conversation, with matrix-js-sdk', function () {
  this.timeout(30_000);
  tameClients();

  let server: TestServer;
  let alice: ChatClient;
  let bob: ChatClient;
  let room: string;
  const roots: string[] = [];
  const clients: ChatClient[] = [];
  before(async () => {
    server = await boot();
    for (const name of ['alice', 'bob']) await ChatClient.register(server.url, name, PASSWORD);
    [alice, bob] = [await logIn('alice'), await logIn('bob')];
    room = (await alice.client.createRoom({ preset: Preset.PublicChat, name: 'Talk' })).room_id;
    await bob.client.joinRoom(room);
    await alice.until('bob', () => alice.client.getRoom(room)?.getJoinedMemberCount() === 2);
  });
  after(async () => {
    for (const { client } of clients) client.stopClient();
    await server.close();
  });

  async function logIn(name: string): Promise<ChatClient> {
    const client = await ChatClient.logIn(server.url, name, PASSWORD);
    clients.push(client);
    return client;
  }
  const say = async (by: ChatClient, body: string, more: object = {}): Promise<string> =>
    (await by.client.sendMessage(room, { msgtype: MsgType.Text, body, ...more })).event_id;
  /** Apps make a thread themselves when somebody wants to answer in it. */
  async function sayInThread(by: ChatClient, root: string, body: string, more: object = {}): Promise<string> {
    const rootEvent = await by.event(room, root);
    if (by.room(room).getThread(root) === null) by.room(room).createThread(root, rootEvent, [], true);
    const relation = { rel_type: RelationType.Thread, event_id: root, is_falling_back: true, 'm.in_reply_to': { event_id: root } };
    return say(by, body, { 'm.relates_to': relation, ...more });
  }
  const unread = (by: ChatClient, thread: string, type = NotificationCountType.Total): number =>
    by.room(room).getThreadUnreadNotificationCount(thread, type);

  it('threads are counted apart, and mentions in them', async () => {
    for (const topic of ['Food', 'Drinks', 'Music']) roots.push(await say(alice, topic));
    const [food = '', drinks = ''] = roots;
    await alice.client.sendReadReceipt(await alice.event(room, roots[2] ?? ''));
    await sayInThread(bob, food, 'Bread');
    await sayInThread(bob, food, 'Cheese, Alice?', { 'm.mentions': { user_ids: [alice.userId] } });
    await sayInThread(bob, drinks, 'Water');
    await alice.until('the counts', () => unread(alice, food) === 2 && unread(alice, drinks) === 1);
    expect(unread(alice, food, NotificationCountType.Highlight)).to.equal(1);
    expect(alice.room(room).getRoomUnreadNotificationCount(NotificationCountType.Total), 'the main timeline has nothing new').to.equal(0);
  });

  it('a receipt in one thread leaves the others unread', async () => {
    const [food = '', drinks = ''] = roots;
    const newest = await alice.until('the thread', () => alice.room(room).getThread(food)?.replyToEvent);
    await alice.client.sendReadReceipt(newest, ReceiptType.Read);
    await alice.until('the thread to be read', () => unread(alice, food) === 0);
    expect(unread(alice, drinks)).to.equal(1);
    await bob.until('the receipt', () => bob.room(room).getThread(food)?.getReadReceiptForUserId(alice.userId)?.eventId === newest.getId());
    const again = await logIn('alice');
    expect([unread(again, food), unread(again, drinks)], 'on another device').to.deep.equal([0, 1]);
  });

  it('all threads are listed, the last one used last, and those in which one takes part', async () => {
    await sayInThread(alice, roots[2] ?? '', 'A waltz');
    const again = await logIn('bob');
    const [all, mine] = (await again.room(room).createThreadsTimelineSets()) ?? [];
    await again.room(room).fetchRoomThreads();
    const listedIn = (threads: typeof all): unknown[] | undefined =>
      threads
        ?.getLiveTimeline()
        .getEvents()
        .map((event) => event.getId());
    expect(listedIn(all)).to.deep.equal(roots);
    expect(listedIn(mine)).to.deep.equal(roots.slice(0, 2));
    expect(
      again
        .room(room)
        .getThread(roots[0] ?? '')
        ?.replyToEvent?.getContent()['body'],
    ).to.equal('Cheese, Alice?');
  });

  it('edits and reactions are there for who comes later', async () => {
    const said = await say(alice, 'Wensday');
    await alice.client.sendMessage(room, {
      msgtype: MsgType.Text,
      body: '* Wednesday',
      'm.new_content': { msgtype: MsgType.Text, body: 'Wednesday' },
      'm.relates_to': { rel_type: RelationType.Replace, event_id: said },
    });
    for (const each of [alice, bob]) {
      await each.client.sendEvent(room, EventType.Reaction, { 'm.relates_to': { rel_type: RelationType.Annotation, event_id: said, key: '👍' } });
    }
    for (let number = 0; number < 25; number++) await say(alice, `Filler ${number}`);
    const later = await logIn('bob');
    expect(later.room(room).findEventById(said), 'it is further back').to.equal(undefined);
    const timeline = await later.client.getEventTimeline(later.room(room).getUnfilteredTimelineSet(), said);
    const event = timeline?.getEvents().find((each) => each.getId() === said);
    expect(event?.getContent()['body']).to.equal('Wednesday');
    expect(event?.replacingEventId()).to.be.a('string');
    const { events } = await later.client.relations(room, said, RelationType.Annotation, EventType.Reaction);
    expect(events.map((each) => each.getSender())).to.have.members([alice.userId, bob.userId]);
  });

  it('a reaction is taken back, and not counted twice', async () => {
    const said = await say(alice, 'Who comes?');
    const annotation = { 'm.relates_to': { rel_type: RelationType.Annotation, event_id: said, key: '🙋' } } as const;
    const { event_id: reaction } = await bob.client.sendEvent(room, EventType.Reaction, annotation);
    const twice = await bob.client.sendEvent(room, EventType.Reaction, annotation).catch((error: { errcode?: string }) => error.errcode);
    expect(twice).to.equal('M_DUPLICATE_ANNOTATION');
    await bob.client.redactEvent(room, reaction);
    expect((await alice.client.relations(room, said, RelationType.Annotation, EventType.Reaction)).events).to.deep.equal([]);
    await bob.client.sendEvent(room, EventType.Reaction, annotation);
  });

  it('a poll is answered, ended, and counted by who comes later', async () => {
    const question = {
      [M_POLL_START.name]: {
        question: { 'org.matrix.msc1767.text': 'Tea or coffee?' },
        kind: 'org.matrix.msc3381.poll.disclosed',
        max_selections: 1,
        answers: [
          { id: 't', 'org.matrix.msc1767.text': 'Tea' },
          { id: 'c', 'org.matrix.msc1767.text': 'Coffee' },
        ],
      },
      'org.matrix.msc1767.text': 'Tea or coffee?',
    };
    const { event_id: poll } = await alice.client.sendEvent(room, M_POLL_START.name as never, question as never);
    const relation = { 'm.relates_to': { rel_type: REFERENCE, event_id: poll } };
    for (const [by, answer] of [
      [alice, 'c'],
      [bob, 't'],
    ] as const) {
      const content = { ...relation, [M_POLL_RESPONSE.name]: { answers: [answer] } };
      await by.client.sendEvent(room, M_POLL_RESPONSE.name as never, content as never);
    }
    await alice.client.sendEvent(room, M_POLL_END.name as never, { ...relation, [M_POLL_END.name]: {}, 'org.matrix.msc1767.text': 'Ended' } as never);
    const later = await logIn('bob');
    const found = await later.until('the poll', () => later.room(room).polls.get(poll));
    const responses = (await found.getResponses()).getRelations();
    const answerOf = (event: MatrixEvent): unknown => (event.getContent()[M_POLL_RESPONSE.name] as { answers: string[] }).answers[0];
    expect(responses.map((event) => [event.getSender(), answerOf(event)])).to.have.deep.members([
      [alice.userId, 'c'],
      [bob.userId, 't'],
    ]);
    await later.until('the end', () => found.isEnded);
    expect(found.isEnded).to.equal(true);
  });

  it('a troublemaker is reported, and heard no more', async () => {
    await ChatClient.register(server.url, 'mallory', PASSWORD);
    const mallory = await logIn('mallory');
    await mallory.client.joinRoom(room);
    const insult = await say(mallory, 'You fools');
    await bob.event(room, insult);
    await bob.client.reportEvent(room, insult, -100, 'It is rude');
    await bob.client.reportRoom(room, 'Nobody keeps order');
    await bob.client.setIgnoredUsers([mallory.userId]);
    expect(bob.client.isUserIgnored(mallory.userId)).to.equal(true);
    const unheard = await say(mallory, 'Do you hear me?');
    const invitation = (await mallory.client.createRoom({ preset: Preset.PrivateChat, invite: [bob.userId] })).room_id;
    const heard = await say(alice, 'Peace at last');
    await bob.event(room, heard);
    expect(bob.room(room).findEventById(unheard)).to.equal(undefined);
    expect(bob.client.getRoom(invitation)).to.equal(null);
    expect((await bob.client.searchRoomEvents({ term: 'fools' })).count).to.equal(0);
    await bob.client.setIgnoredUsers([]);
    const again = await logIn('bob');
    await again.event(room, unheard);
    await again.until('the invitation', () => again.client.getRoom(invitation)?.getMyMembership() === 'invite');
  });
});
