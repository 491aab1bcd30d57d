import { expect } from 'chai';
import { Codes, defineModule, NOT_SPAM } from 'plexus/module';
import { boot, expectError, type TestServer, type TestUser } from 'plexus/testing';

describe('plexus:auto-accept-invite', () => {
  let server: TestServer;
  let alice: TestUser, bob: TestUser;
  const start = async (config: object, ...others: unknown[]): Promise<void> => {
    server = await boot({ clock: 'fake', modules: [...others, { module: 'plexus:auto-accept-invite', config }] });
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
  };
  afterEach(() => server.close());

  const membershipOf = async (room: string, user: TestUser): Promise<unknown> =>
    (await alice.getState(room, 'm.room.member', user.userId))['membership'];
  const directRoomsOf = (user: TestUser): Promise<unknown> =>
    user.request('GET', `/_matrix/client/v3/user/${encodeURIComponent(user.userId)}/account_data/m.direct`);

  it('joins whoever is invited, to a new room or later', async () => {
    await start({});
    const room = await alice.createRoom({ invite: [bob.userId] });
    const later = await alice.createRoom();
    await alice.invite(later, bob);
    await server.idle();
    expect(await membershipOf(room, bob)).to.equal('join');
    expect(await membershipOf(later, bob)).to.equal('join');
    await bob.send(room, 'here I am');
    await expectError(directRoomsOf(bob), 404, 'M_NOT_FOUND');
  });

  it('notes which rooms are for two', async () => {
    await start({});
    const rooms = await Promise.all([1, 2].map(() => alice.createRoom({ invite: [bob.userId], is_direct: true })));
    await server.idle();
    const direct = (await directRoomsOf(bob)) as Record<string, string[]>;
    expect(Object.keys(direct)).to.deep.equal([alice.userId]);
    expect(direct[alice.userId]).to.have.members(rooms);
  });

  it('accepts for some users, and into rooms for two only, when told so', async () => {
    await start({ only_for_direct_messages: true, only_from_local_users: true, users: ['@bo*:localhost'] });
    const carol = await server.user('carol');
    const group = await alice.createRoom({ invite: [bob.userId] });
    const pair = await alice.createRoom({ invite: [bob.userId], is_direct: true });
    const other = await alice.createRoom({ invite: [carol.userId], is_direct: true });
    await server.idle();
    expect(await membershipOf(group, bob)).to.equal('invite');
    expect(await membershipOf(pair, bob)).to.equal('join');
    expect(await membershipOf(other, carol)).to.equal('invite');
  });

  it('leaves an invitation alone that another module does not let the user accept', async () => {
    let asked = 0;
    const module = defineModule({
      name: 'no-joins',
      setup: (api) =>
        api.registerSpamCheckerCallbacks({
          user_may_join_room() {
            asked += 1;
            return Codes.FORBIDDEN;
          },
        }),
    });
    await start({}, { module });
    const room = await alice.createRoom({ invite: [bob.userId] });
    await server.idle();
    await server.advance(600_000);
    expect(await membershipOf(room, bob)).to.equal('invite');
    expect(asked).to.equal(1);
  });

  describe('when joining fails', () => {
    let failures: number;
    const module = defineModule({
      name: 'flaky',
      setup: (api) =>
        api.registerSpamCheckerCallbacks({
          user_may_join_room() {
            if (failures-- > 0) throw new Error('a bad day');
            return NOT_SPAM;
          },
        }),
    });
    /** Time passes, and what falls due is done. */
    const pass = async (seconds: readonly number[]): Promise<void> => {
      for (const one of seconds) {
        await server.idle();
        await server.advance(one * 1000);
      }
      await server.idle();
    };

    it('tries again', async () => {
      failures = 2;
      await start({}, { module });
      const room = await alice.createRoom({ invite: [bob.userId] });
      await pass([1]);
      expect(await membershipOf(room, bob)).to.equal('invite');
      await pass([5]);
      expect(await membershipOf(room, bob)).to.equal('join');
    });

    it('gives up in the end', async () => {
      failures = 5;
      await start({}, { module });
      const room = await alice.createRoom({ invite: [bob.userId] });
      await pass([1, 5, 30, 120, 1000]);
      expect(await membershipOf(room, bob)).to.equal('invite');
      expect(failures).to.equal(0);
    });

    it('leaves whoever has declined meanwhile alone', async () => {
      failures = 1;
      await start({}, { module });
      const room = await alice.createRoom({ preset: 'public_chat', invite: [bob.userId] });
      await server.idle();
      await bob.leave(room);
      await pass([1, 5]);
      expect(await membershipOf(room, bob)).to.equal('leave');
    });
  });
});
