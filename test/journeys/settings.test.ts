import { expect } from 'chai';
import { EventType, GuestAccess, HistoryVisibility, NotificationCountType, Preset, PushRuleActionName, PushRuleKind } from 'matrix-js-sdk';
import { boot, type TestServer } from '../../src/testing/index.ts';
import { otherServer, type OtherServer } from '../support/http-server.ts';
import { ChatClient } from './chat-client.ts';
import { tameClients } from './tame-clients.ts';

const PASSWORD = 'a long secret';
const PAGE = '<html><head><title>Fish</title><meta property="og:title" content="Fish and chips"></head></html>';

const errcodeOf = (error: { errcode?: string }): string | undefined => error.errcode;

/** One story, told in steps: each goes on from where the one before ended. */
describe('a journey through settings, and one of guests, with matrix-js-sdk', function () {
  this.timeout(30_000);
  tameClients();

  let server: TestServer;
  let web: OtherServer;
  let alice: ChatClient;
  let bob: ChatClient;
  let room: string;
  const clients: ChatClient[] = [];
  before(async () => {
    web = await otherServer((_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE));
    server = await boot({ config: { outgoing: { allow_addresses: ['127.0.0.1'] } } });
    for (const name of ['alice', 'bob']) await ChatClient.register(server.url, name, PASSWORD);
    [alice, bob] = [await logIn('alice'), await logIn('bob')];
    room = (await alice.client.createRoom({ preset: Preset.PublicChat, name: 'Talk' })).room_id;
    await bob.client.joinRoom(room);
    await alice.until('bob', () => alice.client.getRoom(room)?.getJoinedMemberCount() === 2);
  });
  after(async () => {
    for (const { client } of clients) {
      client.stopPeeking();
      client.stopClient();
    }
    await web.close();
    await server.close();
  });

  async function logIn(name: string): Promise<ChatClient> {
    const client = await ChatClient.logIn(server.url, name, PASSWORD);
    clients.push(client);
    return client;
  }
  const unread = (client: ChatClient, type = NotificationCountType.Total): number => client.room(room).getUnreadNotificationCount(type);

  async function readAll(): Promise<void> {
    const { event_id: last } = await bob.client.sendTextMessage(room, 'Read this');
    await alice.client.sendReadReceipt(await alice.event(room, last));
    await alice.until('nothing unread', () => unread(alice) === 0);
  }

  it('what is set on one device is on the other, and on the next one', async () => {
    const phone = await logIn('alice');
    await alice.client.setRoomTag(room, 'm.favourite', { order: 0.25 });
    await alice.client.setRoomAccountData(room, 'org.example.colour', { colour: 'blue' });
    await alice.client.setAccountData('org.example.theme' as never, { theme: 'dark' } as never);
    for (const device of [phone, await logIn('alice')]) {
      await device.until('the tag', () => device.room(room).tags['m.favourite']?.['order'] === 0.25);
      await device.until('the colour', () => device.room(room).getAccountData('org.example.colour')?.getContent()['colour'] === 'blue');
      await device.until('the theme', () => device.client.getAccountData('org.example.theme' as never)?.getContent()['theme'] === 'dark');
    }
    await alice.client.deleteRoomTag(room, 'm.favourite');
    await phone.until('the tag to be gone', () => phone.room(room).tags['m.favourite'] === undefined);
  });

  it('a keyword makes what is said loud, until the rule is switched off', async () => {
    const { client } = alice;
    await client.addPushRule('global', PushRuleKind.ContentSpecific, 'pizza', {
      pattern: 'pizza',
      actions: [PushRuleActionName.Notify, { set_tweak: 'highlight' } as never],
    });
    await bob.client.sendTextMessage(room, 'Pizza, anybody?');
    await alice.until('the highlight', () => unread(alice, NotificationCountType.Highlight) === 1);
    await readAll();
    await client.setPushRuleEnabled('global', PushRuleKind.ContentSpecific, 'pizza', false);
    await bob.client.sendTextMessage(room, 'There is pizza left');
    await alice.until('the second message', () => unread(alice) === 1);
    expect(unread(alice, NotificationCountType.Highlight)).to.equal(0);
    await client.deletePushRule('global', PushRuleKind.ContentSpecific, 'pizza');
    expect((await client.getPushRules()).global.content).to.deep.equal([]);
  });

  it('a room is muted, and heard again', async () => {
    await readAll();
    await alice.client.addPushRule('global', PushRuleKind.RoomSpecific, room, { actions: [] });
    const { event_id: unheard } = await bob.client.sendTextMessage(room, 'Is anybody there?');
    await alice.event(room, unheard);
    const tablet = await logIn('alice');
    expect([unread(alice), unread(tablet)]).to.deep.equal([0, 0]);
    await alice.client.deletePushRule('global', PushRuleKind.RoomSpecific, room);
    await bob.client.sendTextMessage(room, 'Hello?');
    await tablet.until('the count', () => unread(tablet) > 0);
  });

  it('a profile has fields of its own, and people are found by their names', async () => {
    await alice.client.setDisplayName('Alice Liddell');
    await alice.client.setExtendedProfileProperty('m.tz', 'Europe/London');
    expect(await bob.client.getExtendedProfile(alice.userId)).to.deep.equal({ displayname: 'Alice Liddell', 'm.tz': 'Europe/London' });
    await alice.client.deleteExtendedProfileProperty('m.tz');
    expect(await bob.client.getExtendedProfile(alice.userId)).to.deep.equal({ displayname: 'Alice Liddell' });
    const { results, limited } = await bob.client.searchUserDirectory({ term: 'lidd' });
    expect([results, limited]).to.deep.equal([[{ user_id: alice.userId, display_name: 'Alice Liddell' }], false]);
  });

  it('a link is shown with what its page says', async () => {
    expect(await bob.client.getUrlPreview(`${web.url}/menu`, Date.now())).to.include({ 'og:title': 'Fish and chips' });
  });

  it('another device is sent away by the password', async () => {
    const lost = await logIn('bob');
    const deviceId = lost.client.getDeviceId() ?? '';
    await bob.client.setDeviceDetails(deviceId, { display_name: 'Lost phone' });
    expect((await bob.client.getDevice(deviceId)).display_name).to.equal('Lost phone');
    const asked = (await bob.client.deleteDevice(deviceId).catch((error: unknown) => error)) as { data: { session: string } };
    const identifier = { type: 'm.id.user', user: 'bob' };
    await bob.client.deleteDevice(deviceId, { type: 'm.login.password', identifier, password: PASSWORD, session: asked.data.session });
    expect(await lost.client.whoami().catch(errcodeOf)).to.equal('M_UNKNOWN_TOKEN');
    expect((await bob.client.getDevices()).devices.map(({ device_id: id }) => id)).to.not.include(deviceId);
  });

  describe('as a guest', () => {
    let guest: ChatClient;
    before(async () => {
      guest = await ChatClient.asGuest(server.url);
      clients.push(guest);
    });

    it('nothing is seen of rooms that not everybody may read', async () => {
      expect(await guest.client.peekInRoom(room).catch(errcodeOf)).to.be.oneOf(['M_FORBIDDEN', 'M_GUEST_ACCESS_FORBIDDEN']);
      expect(await guest.client.joinRoom(room).catch(errcodeOf)).to.be.oneOf(['M_FORBIDDEN', 'M_GUEST_ACCESS_FORBIDDEN']);
    });

    it('one looks into a room that everybody may read, and sees what is said', async () => {
      const content = { history_visibility: HistoryVisibility.WorldReadable };
      await alice.client.sendStateEvent(room, EventType.RoomHistoryVisibility, content);
      await bob.client.sendTextMessage(room, 'Come in');
      const seen = await guest.client.peekInRoom(room);
      expect(seen.name).to.equal('Talk');
      const texts = (): unknown[] =>
        seen
          .getLiveTimeline()
          .getEvents()
          .map((event) => event.getContent()['body']);
      expect(texts()).to.include('Come in');
      await bob.client.sendTextMessage(room, 'The door is open');
      await guest.until('what is said', () => texts().includes('The door is open'));
      guest.client.stopPeeking();
    });

    it('one joins where guests are welcome, and talks', async () => {
      await alice.client.sendStateEvent(room, EventType.RoomGuestAccess, { guest_access: GuestAccess.CanJoin });
      await guest.client.joinRoom(room);
      const { event_id: said } = await guest.client.sendTextMessage(room, 'Hello everybody');
      expect((await bob.event(room, said)).getSender()).to.equal(guest.userId);
      expect(await guest.client.createRoom({}).catch(errcodeOf)).to.equal('M_GUEST_ACCESS_FORBIDDEN');
    });

    it('guests have to leave when they are no longer welcome', async () => {
      await alice.client.sendStateEvent(room, EventType.RoomGuestAccess, { guest_access: GuestAccess.Forbidden });
      await server.idle();
      await alice.until('the guest to be gone', () => alice.room(room).getMember(guest.userId)?.membership === 'leave');
    });
  });
});
