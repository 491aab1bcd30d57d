import { expect } from 'chai';
import { boot, expectError } from 'plexus/testing';
import invitationLog from './invitation-log.ts';

describe('invitation-log', () => {
  it('writes down who invites whom, before the invitation is there', async () => {
    const server = await boot();
    const [bot, alice, bob] = [await server.user('bot'), await server.user('alice'), await server.user('bob')];
    const log = await bot.createRoom({ preset: 'public_chat' });
    await alice.join(log);
    await server.exchangeModules([{ module: invitationLog, config: { room: log, as: bot.userId } }]);
    const room = await alice.createRoom();
    await alice.invite(room, bob);
    const [note] = await alice.messages(log);
    expect(note?.content['body']).to.equal(`@alice:localhost invites @bob:localhost to ${room}`);
    await expectError(alice.send(log, 'me, too'), 403, 'M_FORBIDDEN');
    await bot.leave(log);
    await expectError(alice.invite(room, await server.user('carol')), 403, 'M_FORBIDDEN');
    await server.close();
  });
});
