import { expect } from 'chai';
import type { UserId } from '../../src/core/identifiers.ts';
import { SERVER_ITSELF } from '../../src/kernel/requester.ts';
import { PRESENCE_ALL_USERS, type ModuleApi, type PresenceState } from '../../src/modules/public.ts';
import { sendOnlinePresence } from '../../src/operations/presence/send-online-presence.ts';
import { boot, expectError, type SyncReply, type TestServer, type TestUser } from '../../src/testing/index.ts';

interface Routes {
  /** Whose presence each user is sent, and whose they may see. */
  readonly sent: Readonly<Record<string, readonly string[]>>;
  readonly interested: Readonly<Record<string, readonly string[] | typeof PRESENCE_ALL_USERS>>;
}

class Router {
  constructor({ sent, interested }: Routes, api: ModuleApi) {
    api.registerPresenceRouterCallbacks({
      get_users_for_states: (states) =>
        Object.fromEntries(
          Object.entries(sent).map(([receiver, whose]): [string, PresenceState[]] => [
            receiver,
            states.filter(({ userId }) => whose.includes(userId)),
          ]),
        ),
      get_interested_users: (userId) => interested[userId] ?? [],
    });
  }
}

const [ALICE, BOB, CAROL] = ['@alice:localhost', '@bob:localhost', '@carol:localhost'] as const;

const path = (userId: string): string => `/_matrix/client/v3/presence/${encodeURIComponent(userId)}/status`;
const online = (user: TestUser): Promise<unknown> => user.request('PUT', path(user.userId), { presence: 'online', status_msg: 'here' });
const watch = (user: TestUser, query: Readonly<Record<string, string>> = {}): Promise<SyncReply> => user.sync({ set_presence: 'offline', ...query });
const seenIn = (reply: SyncReply): string[] =>
  ((reply['presence'] ?? { events: [] }) as { events: { sender: string; content: { presence: string } }[] }).events.map(
    ({ sender, content }) => `${sender} ${content.presence}`,
  );

describe('a presence router', () => {
  let server: TestServer;
  let [alice, bob, carol]: TestUser[] = [];
  afterEach(() => server.close());

  const start = async (routes: Partial<Routes>): Promise<[TestUser, TestUser, TestUser]> => {
    server = await boot({ clock: 'fake', modules: [{ module: Router, config: { sent: {}, interested: {}, ...routes } }] });
    return [await server.user('alice'), await server.user('bob'), await server.user('carol')];
  };

  it('sends presence to users who share no room, and wakes them', async () => {
    [alice, bob, carol] = await start({ sent: { [BOB]: [ALICE] } });
    const since = (await watch(bob)).next_batch;
    const waiting = watch(bob, { since, timeout: '30000' });
    await online(alice);
    const told = await waiting;
    expect(seenIn(told)).to.deep.equal([`${ALICE} online`]);
    await online(carol);
    await server.idle();
    expect(seenIn(await watch(bob, { since: told.next_batch }))).to.deep.equal([]);
    expect(seenIn(await watch(bob))).to.deep.equal([`${ALICE} online`]);
    expect(seenIn(await watch(carol))).to.deep.equal([`${CAROL} online`]);
    expect(await bob.request('GET', path(ALICE))).to.include({ presence: 'online', status_msg: 'here' });
    await expectError(bob.request('GET', path(CAROL)), 403, 'M_FORBIDDEN');

    await server.advance(30_000);
    await server.idle();
    expect(seenIn(await watch(bob, { since: told.next_batch }))).to.deep.equal([`${ALICE} offline`]);
    expect(seenIn(await watch(bob))).to.deep.equal([]);
  });

  it('lets users see those in whom they are interested', async () => {
    [alice, bob, carol] = await start({ interested: { [BOB]: [ALICE] } });
    const { next_batch: since } = await watch(bob);
    await online(alice);
    await online(carol);
    expect(seenIn(await watch(bob, { since }))).to.deep.equal([`${ALICE} online`]);
    expect(seenIn(await watch(bob))).to.deep.equal([`${ALICE} online`]);
    expect(await bob.request('GET', path(ALICE))).to.include({ presence: 'online' });
    await expectError(alice.request('GET', path(BOB)), 403, 'M_FORBIDDEN');
  });

  it('tells of everybody once more when a module asks for it', async () => {
    [alice, bob, carol] = await start({ interested: { [BOB]: [ALICE] } });
    await online(alice);
    await online(carol);
    const { next_batch: since } = await watch(bob);
    const waiting = watch(bob, { since, timeout: '30000' });
    await watch(alice);
    await server.run(sendOnlinePresence, SERVER_ITSELF, [BOB as UserId]);
    const told = await waiting;
    expect(seenIn(told)).to.deep.equal([`${ALICE} online`]);
    expect(seenIn(await watch(bob, { since: told.next_batch }))).to.deep.equal([]);
  });

  it('lets users see everybody', async () => {
    [alice, bob, carol] = await start({ interested: { [BOB]: PRESENCE_ALL_USERS } });
    const { next_batch: since } = await watch(bob);
    await online(alice);
    await online(carol);
    expect(seenIn(await watch(bob, { since }))).to.have.members([`${ALICE} online`, `${CAROL} online`]);
    expect(seenIn(await watch(bob))).to.have.members([`${ALICE} online`, `${CAROL} online`]);
    expect(seenIn(await watch(alice))).to.deep.equal([`${ALICE} online`]);
  });
});
