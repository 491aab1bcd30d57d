import { expect } from 'chai';
import { EventType, MsgType, NotificationCountType, Preset, ReceiptType, RelationType, Visibility } from 'matrix-js-sdk';
import { boot, type TestServer } from '../../src/testing/index.ts';
import { ChatClient } from './chat-client.ts';
import { tameClients } from './tame-clients.ts';

const PASSWORD = 'a long secret';

/** One story, told in steps: each goes on from where the one before ended. */
describe('a journey of two users, with matrix-js-sdk', function () {
  this.timeout(30_000);
  tameClients();

  let server: TestServer;
  let alice: ChatClient;
  let bob: ChatClient;
  let room: string;
  let hello: string;
  before(async () => (server = await boot()));
  after(async () => {
    alice?.client.stopClient();
    bob?.client.stopClient();
    await server.close();
  });

  it('both register and log in', async () => {
    for (const name of ['alice', 'bob']) await ChatClient.register(server.url, name, PASSWORD);
    alice = await ChatClient.logIn(server.url, 'alice', PASSWORD);
    bob = await ChatClient.logIn(server.url, '@bob:localhost', PASSWORD);
    expect([alice.userId, bob.userId]).to.deep.equal(['@alice:localhost', '@bob:localhost']);
    await alice.client.setDisplayName('Alice');
  });

  it('one makes a published room and finds it in the list', async () => {
    const made = await alice.client.createRoom({ preset: Preset.PublicChat, visibility: Visibility.Public, name: 'The pub', room_alias_name: 'pub' });
    room = made.room_id;
    await alice.until('the room', () => alice.client.getRoom(room)?.name === 'The pub');
    const { chunk } = await bob.client.publicRooms({ filter: { generic_search_term: 'pub' } });
    expect(chunk.map(({ room_id: id, canonical_alias: alias }) => [id, alias])).to.deep.equal([[room, '#pub:localhost']]);
  });

  it('the other is invited, joins, and is seen to be there', async () => {
    await alice.client.invite(room, bob.userId);
    await bob.until('the invitation', () => bob.client.getRoom(room)?.getMyMembership() === 'invite');
    expect(bob.room(room).name).to.equal('The pub');
    await bob.client.joinRoom('#pub:localhost');
    await bob.until('being joined', () => bob.room(room).getMyMembership() === 'join');
    await alice.until('bob', () => alice.room(room).getMember(bob.userId)?.membership === 'join');
    expect(bob.room(room).getMember(alice.userId)?.name).to.equal('Alice');
  });

  it('a message arrives, is counted as unread, edited and reacted to', async () => {
    hello = (await alice.client.sendTextMessage(room, 'Hello Bob')).event_id;
    expect((await bob.event(room, hello)).getContent()['body']).to.equal('Hello Bob');
    await bob.until('the count', () => bob.room(room).getUnreadNotificationCount(NotificationCountType.Total) === 1);
    await alice.client.sendMessage(room, {
      msgtype: MsgType.Text,
      body: '* Hello, Bob!',
      'm.new_content': { msgtype: MsgType.Text, body: 'Hello, Bob!' },
      'm.relates_to': { rel_type: RelationType.Replace, event_id: hello },
    });
    await bob.event(room, hello, (event) => event.getContent()['body'] === 'Hello, Bob!');
    await bob.client.sendEvent(room, EventType.Reaction, { 'm.relates_to': { rel_type: RelationType.Annotation, event_id: hello, key: '👋' } });
    await alice.until('the reaction', () => {
      const reactions = alice.room(room).relations.getChildEventsForEvent(hello, RelationType.Annotation, EventType.Reaction);
      return reactions?.getAnnotationsBySender()?.[bob.userId]?.size === 1;
    });
    const { originalEvent } = await bob.client.relations(room, hello, RelationType.Annotation, EventType.Reaction);
    expect(originalEvent?.getId()).to.equal(hello);
  });

  it('a thread grows, and the root tells of it', async () => {
    const inThread = async (client: ChatClient, body: string): Promise<string> => {
      const relation = { rel_type: RelationType.Thread, event_id: hello, is_falling_back: true, 'm.in_reply_to': { event_id: hello } } as const;
      return (await client.client.sendMessage(room, { msgtype: MsgType.Text, body, 'm.relates_to': relation })).event_id;
    };
    await inThread(bob, 'First');
    const last = await inThread(alice, 'Second');
    for (const each of [alice, bob]) {
      await each.until('the thread', () => {
        const thread = each.room(room).getThread(hello);
        return thread?.length === 2 && thread.replyToEvent?.getId() === last;
      });
    }
    expect(
      bob
        .room(room)
        .getLiveTimeline()
        .getEvents()
        .map((event) => event.getId()),
    ).to.not.include(last);
  });

  it('receipts, typing and presence reach the other', async () => {
    const last = (await alice.client.sendTextMessage(room, 'Are you there?')).event_id;
    await bob.client.sendReadReceipt(await bob.event(room, last), ReceiptType.Read, true);
    await alice.until('the receipt', () => alice.room(room).getEventReadUpTo(bob.userId) === last);
    await bob.until('nothing unread', () => bob.room(room).getUnreadNotificationCount(NotificationCountType.Total) === 0);
    await bob.client.sendTyping(room, true, 10_000);
    await alice.until('typing', () => alice.room(room).getMember(bob.userId)?.typing);
    await bob.client.sendTyping(room, false, 0);
    await alice.until('no typing', () => alice.room(room).getMember(bob.userId)?.typing === false);
    await bob.client.setPresence({ presence: 'unavailable', status_msg: 'Getting a drink' });
    await alice.until('the presence', () => alice.client.getUser(bob.userId)?.presenceStatusMsg === 'Getting a drink');
    expect(alice.client.getUser(bob.userId)?.presence).to.equal('unavailable');
  });

  it('a file goes up and comes down as it was', async () => {
    const { content_uri: uri } = await alice.client.uploadContent(Buffer.from('a picture, say'), { name: 'picture.txt', type: 'text/plain' });
    const { event_id: shared } = await alice.client.sendMessage(room, { msgtype: MsgType.File, body: 'picture.txt', url: uri });
    const url = bob.client.mxcUrlToHttp(
      (await bob.event(room, shared)).getContent()['url'] as string,
      undefined,
      undefined,
      undefined,
      false,
      true,
      true,
    );
    const reply = await fetch(url ?? '', { headers: { authorization: `Bearer ${bob.client.getAccessToken()}` } });
    expect([reply.status, await reply.text()]).to.deep.equal([200, 'a picture, say']);
  });

  it('what was said is taken back, and what was before is there to read', async () => {
    await alice.client.redactEvent(room, hello);
    await bob.event(room, hello, (event) => event.isRedacted());
    for (let number = 0; number < 30; number++) await alice.client.sendTextMessage(room, `Number ${number}`);
    const other = await ChatClient.logIn(server.url, 'bob', PASSWORD);
    const { client } = other;
    const timeline = other.room(room).getLiveTimeline();
    while (await client.paginateEventTimeline(timeline, { backwards: true, limit: 20 }));
    expect(timeline.getEvents()[0]?.getType()).to.equal(EventType.RoomCreate);
    expect(timeline.getEvents().at(-1)?.getContent()['body']).to.equal('Number 29');
    await client.logout(true);
  });

  it('one leaves, and the other sees it', async () => {
    await bob.client.leave(room);
    await alice.until('bob to be gone', () => alice.room(room).getMember(bob.userId)?.membership === 'leave');
    await bob.until('having left', () => bob.room(room).getMyMembership() === 'leave');
    await alice.client.logout(true);
    expect(await alice.client.whoami().catch((error: { errcode?: string }) => error.errcode)).to.equal('M_UNKNOWN_TOKEN');
  });
});
