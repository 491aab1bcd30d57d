import type { MatrixClient } from '@vector-im/matrix-bot-sdk';
import { expect } from 'chai';
import { boot, type SyncReply, type TestServer, type TestUser } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { inRoom, roomsIn, type WireEvent } from '../api/sync-reply.ts';
import { loadBotSdk } from './bot-sdk.ts';
import { tameClients } from './tame-clients.ts';

const BOT = '@bot:localhost';
const nothing = (): void => undefined;

interface Message {
  readonly sender: string;
  readonly content: { readonly body?: string };
}

describe('a journey of a bot, with matrix-bot-sdk', function () {
  this.timeout(30_000);
  tameClients();

  let server: TestServer;
  let alice: TestUser;
  let bot: MatrixClient;
  before(async () => {
    const { AutojoinRoomsMixin, LogService, MatrixAuth, MatrixClient: Client, MemoryStorageProvider } = loadBotSdk();
    LogService.setLogger({ trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing });
    server = await boot();
    alice = await server.user('alice');
    const auth = new MatrixAuth(server.url);
    const { accessToken } = await auth.passwordRegister('bot', 'a long secret');
    bot = new Client(server.url, accessToken, new MemoryStorageProvider());
    AutojoinRoomsMixin.setupOnClient(bot);
    bot.on('room.message', (roomId: string, event: Message & Json) => {
      if (event.content.body === '!ping') void bot.replyText(roomId, event, 'pong');
    });
    await bot.start();
  });
  after(async () => {
    bot.stop();
    await server.close();
  });

  it('joins where it is invited and answers, time and again', async () => {
    for (const name of ['One', 'Two']) {
      const room = await alice.createRoom({ name, invite: [BOT] });
      await alice.syncUntil((sync) => eventsOf(sync, room).some((event) => event.state_key === BOT && event.content['membership'] === 'join'));
      await alice.send(room, '!ping');
      const reply = await alice.syncUntil((sync) => eventsOf(sync, room).some(isPong));
      const answer = eventsOf(reply, room).find(isPong);
      expect(answer?.sender).to.equal(BOT);
      expect(answer?.content['m.relates_to']).to.have.nested.property('m\\.in_reply_to.event_id');
    }
    expect(await bot.getJoinedRooms()).to.have.length(2);
  });

  it('reads and changes rooms as bots do', async () => {
    const room = await bot.createRoom({ name: 'Of the bot', invite: [alice.userId] });
    await alice.join(room);
    expect(await bot.getJoinedRoomMembers(room)).to.have.members([BOT, alice.userId]);
    await bot.setUserPowerLevel(alice.userId, room, 50);
    expect(await bot.userHasPowerLevelFor(alice.userId, room, 'm.room.name', true)).to.equal(true);
    const notice = await bot.sendNotice(room, 'I am here');
    expect(await bot.getEvent(room, notice)).to.nested.include({ 'content.msgtype': 'm.notice' });
    await bot.redactEvent(room, notice, 'said too much');
    await bot.setDisplayName('Botty');
    await server.idle();
    expect(await bot.getRoomStateEvent(room, 'm.room.member', BOT)).to.include({ displayname: 'Botty' });
    const uri = await bot.uploadContent(Buffer.from('log'), 'text/plain', 'log.txt');
    // The SDK's own download goes the way of before access tokens, which is not served any more.
    expect(await bot.doRequest('GET', uri.replace('mxc://', '/_matrix/client/v1/media/download/'))).to.equal('log');
    await bot.setAccountData('org.example.bot', { seen: 1 });
    expect(await bot.getAccountData('org.example.bot')).to.deep.equal({ seen: 1 });
    await bot.leaveRoom(room);
  });
});

const eventsOf = (sync: SyncReply, room: string): readonly WireEvent[] => {
  if (!(room in roomsIn(sync, 'join'))) return [];
  const { state, timeline } = inRoom(sync, room);
  return [...(state ?? []), ...timeline.events];
};

/** A reply quotes what it answers before its own words. */
const isPong = ({ content }: WireEvent): boolean => typeof content['body'] === 'string' && content['body'].endsWith('pong');
