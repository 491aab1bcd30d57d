import { expect } from 'chai';
import type { RoomId } from '../../src/core/identifiers.ts';
import { setTyping } from '../../src/operations/typing/set-typing.ts';
import { boot, expectError, type SyncReply, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { shadowBanned } from './shadow-banned.ts';

type Joined = Readonly<Record<string, { readonly ephemeral: { readonly events: readonly { type: string; content: { user_ids: string[] } }[] } }>>;

describe('typing', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  let room: string;
  beforeEach(async () => {
    server = await boot({ clock: 'fake', config: { presence: { enabled: false } } });
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
    room = await alice.createRoom({ preset: 'public_chat' });
    await bob.join(room);
  });
  afterEach(() => server.close());

  const type = (user: TestUser, body: unknown, asUser = user): Promise<unknown> =>
    user.request('PUT', `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/typing/${encodeURIComponent(asUser.userId)}`, body);
  /** Who types according to a reply; undefined where it says nothing of it. */
  const typingIn = (reply: SyncReply): string[] | undefined => {
    const { join = {} } = (reply['rooms'] ?? {}) as { join?: Joined };
    return join[room]?.ephemeral.events.find((event) => event.type === 'm.typing')?.content.user_ids;
  };
  /** Follows one user's /sync. */
  const follow = (user: TestUser): (() => Promise<string[] | undefined>) => {
    let since: string | undefined;
    return async () => {
      const reply = await user.sync({ timeout: '0', ...(since !== undefined && { since }) });
      since = reply.next_batch;
      return typingIn(reply);
    };
  };

  it('is told to the room, and ends by itself', async () => {
    const next = follow(bob);
    expect(await next()).to.equal(undefined);
    await type(alice, { typing: true, timeout: 10_000 });
    expect(await next()).to.deep.equal([alice.userId]);
    await server.advance(9_000);
    await type(alice, { typing: true, timeout: 10_000 });
    expect(await next()).to.equal(undefined);
    await server.advance(9_999);
    expect(await next()).to.equal(undefined);
    await server.advance(1);
    expect(await next()).to.deep.equal([]);
    expect(await next()).to.equal(undefined);
  });

  it('is told to who syncs for the first time', async () => {
    await type(alice, { typing: true });
    expect(await follow(bob)()).to.deep.equal([alice.userId]);
  });

  it('ends after two minutes at most', async () => {
    const next = follow(bob);
    await type(alice, { typing: true, timeout: 3_600_000 });
    expect(await next()).to.deep.equal([alice.userId]);
    await server.advance(120_000);
    expect(await next()).to.deep.equal([]);
  });

  it('ends when the user says so, sends a message or leaves', async () => {
    const next = follow(bob);
    await next();
    for (const end of [
      () => type(alice, { typing: false }),
      () => alice.send(room, 'here it is'),
      () => alice.sendEvent(room, 'm.room.encrypted', { algorithm: 'm.megolm.v1.aes-sha2', ciphertext: 'x' }),
      () => alice.leave(room),
    ]) {
      await type(alice, { typing: true });
      expect(await next()).to.deep.equal([alice.userId]);
      await end();
      expect(await next()).to.deep.equal([]);
    }
  });

  it('goes on while others speak or the user reacts', async () => {
    const next = follow(bob);
    const eventId = await bob.send(room, 'hello');
    await type(alice, { typing: true });
    expect(await next()).to.deep.equal([alice.userId]);
    await bob.send(room, 'hello?');
    await alice.sendEvent(room, 'm.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: eventId, key: '+1' } });
    expect(await next()).to.equal(undefined);
  });

  it('wakes who waits', async () => {
    const { next_batch: since } = await bob.sync({ timeout: '0' });
    const waiting = bob.sync({ since, timeout: '30000' });
    await type(alice, { typing: true });
    expect(typingIn(await waiting)).to.deep.equal([alice.userId]);
  });

  it('is for members only, and for oneself', async () => {
    const carol = await server.user('carol');
    await expectError(type(carol, { typing: true }), 403, 'M_FORBIDDEN');
    await expectError(type(alice, { typing: true }, bob), 403, 'M_FORBIDDEN');
    await expectError(type(alice, { typing: 'yes' }), 400, 'M_BAD_JSON');
    await expectError(type(alice, { typing: true, timeout: -1 }), 400, 'M_BAD_JSON');
    await expectError(type(alice, {}), 400, 'M_BAD_JSON');
  });

  it('of a shadow-banned user reaches nobody', async () => {
    await server.run(setTyping, shadowBanned(alice), { userId: alice.userId, roomId: room as RoomId, typing: true, timeout: 30_000 });
    expect(await follow(bob)()).to.equal(undefined);
  });

  it('of ignored users is not told', async () => {
    await bob.request('PUT', `/_matrix/client/v3/user/${encodeURIComponent(bob.userId)}/account_data/m.ignored_user_list`, {
      ignored_users: { [alice.userId]: {} },
    });
    const next = follow(bob);
    await next();
    await type(alice, { typing: true });
    expect(await next()).to.deep.equal([]);
  });
});
