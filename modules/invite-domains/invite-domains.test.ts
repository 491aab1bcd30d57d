import { expect } from 'chai';
import { boot, expectError, type TestServer, type TestUser } from 'plexus/testing';

const ROOM = '!room:localhost';

describe('plexus:invite-domains', () => {
  let server: TestServer;
  let alice: TestUser, bob: TestUser, carol: TestUser;
  const entry = (config: object): object => ({ module: 'plexus:invite-domains', config });
  const start = async (config: object): Promise<void> => {
    server = await boot({ port: 'none', modules: [entry(config)] });
    [alice, bob, carol] = [await server.user('alice'), await server.user('bob'), await server.user('carol')];
  };
  afterEach(() => server.close());

  const refused = async (asked: Promise<unknown>, text: string): Promise<void> => {
    expect((await expectError(asked, 403, 'M_FORBIDDEN')).body['error']).to.equal(text);
  };
  /** Whom the rules let invite whom, users of other servers included: none of them can be invited by requests yet. */
  const may = async (inviter: string, invitee: string): Promise<boolean> => allowed(server.callHook('user_may_invite', inviter, invitee, ROOM));
  const mayMail = async (inviter: string, address: string): Promise<boolean> =>
    allowed(server.callHook('user_may_send_3pid_invite', inviter, 'email', address, ROOM));
  const allowed = async (asked: Promise<unknown>): Promise<boolean> =>
    asked.then(
      () => true,
      async () => expectError(asked, 403, 'M_FORBIDDEN').then(() => false),
    );

  it('goes by servers in both directions, and by user ids', async () => {
    await start({
      invites: {
        rules: [
          { from: ['@reception:localhost'] },
          { to: ['@board-*:localhost'], from: ['@board-*:localhost'] },
          { to: ['@board-*:localhost'], action: 'refuse' },
          { from: ['localhost'], to: ['localhost', '*.Partner.example'] },
          { from: ['*.partner.example'], to: ['localhost'] },
        ],
        otherwise: 'refuse',
      },
    });
    const ways: readonly [inviter: string, invitee: string, allowed: boolean][] = [
      ['@alice:localhost', '@bob:localhost', true],
      ['@alice:localhost', '@dora:chat.partner.example', true],
      ['@alice:localhost', '@dora:CHAT.partner.example', true],
      ['@alice:localhost', '@dora:partner.example', false],
      ['@alice:localhost', '@dora:chat.partner.example:8448', false],
      ['@alice:localhost', '@eve:elsewhere.example', false],
      ['@dora:chat.partner.example', '@alice:localhost', true],
      ['@dora:chat.partner.example', '@fred:chat.partner.example', false],
      ['@eve:elsewhere.example', '@alice:localhost', false],
      ['@alice:localhost', '@board-1:localhost', false],
      ['@dora:chat.partner.example', '@board-1:localhost', false],
      ['@board-1:localhost', '@board-2:localhost', true],
      ['@reception:localhost', '@board-1:localhost', true],
      ['@reception:localhost', '@eve:elsewhere.example', true],
    ];
    for (const [inviter, invitee, expected] of ways) expect(await may(inviter, invitee), `${inviter} invites ${invitee}`).to.equal(expected);
  });

  it('can refuse some and allow the rest, and lets exempt users be', async () => {
    await start({ invites: { rules: [{ to: ['elsewhere.example'], action: 'refuse' }], otherwise: 'allow' }, exempt: ['@carol:*'] });
    expect(await may('@alice:localhost', '@eve:elsewhere.example')).to.equal(false);
    expect(await may('@alice:localhost', '@fred:another.example')).to.equal(true);
    expect(await may('@carol:localhost', '@eve:elsewhere.example')).to.equal(true);
  });

  it('holds for every invitation, those of new rooms included', async () => {
    await start({ invites: { rules: [{ from: ['@alice:localhost'], to: ['@bob:localhost'] }], otherwise: 'refuse' } });
    const text = '@alice:localhost may not invite @carol:localhost here';
    const room = await alice.createRoom({ invite: [bob.userId] });
    await refused(alice.invite(room, carol), text);
    await refused(alice.createRoom({ invite: [bob.userId, carol.userId] }), text);
    await refused(alice.setState(room, 'm.room.member', { membership: 'invite' }, carol.userId), text);
    await bob.join(room);
    await refused(bob.invite(room, carol), '@bob:localhost may not invite @carol:localhost here');
  });

  it('leaves users of other servers, whom no rule refuses, to the server', async () => {
    await start({ invites: { otherwise: 'allow' } });
    const room = await alice.createRoom();
    const error = await expectError(alice.invite(room, '@dora:chat.partner.example'), 403, 'M_FORBIDDEN');
    expect(error.body['error']).to.contain('this server reaches only users of localhost');
  });

  it('keeps invitations from being accepted that are not allowed any more', async () => {
    await start({ invites: { otherwise: 'allow' } });
    const room = await alice.createRoom({ invite: [bob.userId, carol.userId] });
    await server.exchangeModules([entry({ invites: { rules: [{ to: [bob.userId], action: 'refuse' }], otherwise: 'allow' } })]);
    await refused(bob.join(room), '@alice:localhost may not invite @bob:localhost here');
    await carol.join(room);
  });

  it('goes by mail domains, addresses and telephone numbers', async () => {
    await start({ addresses: { rules: [{ from: ['localhost'], to: ['partner.example', '*@press.example', '49*'] }], otherwise: 'refuse' } });
    expect(await mayMail('@alice:localhost', 'dora@partner.example')).to.equal(true);
    expect(await mayMail('@alice:localhost', 'dora@press.example')).to.equal(true);
    expect(await mayMail('@alice:localhost', 'partner.example@elsewhere.example')).to.equal(false);
    await server.callHook('user_may_send_3pid_invite', '@alice:localhost', 'msisdn', '4930123456', ROOM);
    await expectError(server.callHook('user_may_send_3pid_invite', '@alice:localhost', 'msisdn', '44123456', ROOM), 403);
    expect(await may('@alice:localhost', '@eve:elsewhere.example')).to.equal(true);
  });

  it('keeps some out of published rooms', async () => {
    await start({ published_rooms_closed_to: ['@bob:localhost', 'elsewhere.example'] });
    const text = '@bob:localhost may not be invited into published rooms here';
    await refused(alice.createRoom({ visibility: 'public', invite: [bob.userId] }), text);
    const room = await alice.createRoom({ invite: [bob.userId] });
    const published = await alice.createRoom({ visibility: 'public', invite: [carol.userId] });
    await refused(alice.invite(published, bob), text);
    await bob.join(room);
  });

  it('lets users be invited while a room is created only', async () => {
    await start({ invite_into_new_rooms_only: true, exempt: ['@carol:localhost'] });
    const text = 'Here users are invited while a room is created, and not later';
    const room = await alice.createRoom({ invite: [bob.userId, carol.userId] });
    const { userId } = await server.user('dora');
    await refused(alice.invite(room, userId), text);
    await refused(alice.setState(room, 'm.room.member', { membership: 'invite' }, userId), text);
    await refused(alice.setState(room, 'm.room.third_party_invite', { display_name: 'd', key_validity_url: '', public_key: '' }, 'token'), text);
    await refused(server.callHook('user_may_send_3pid_invite', alice.userId, 'email', 'd@partner.example', room), text);
    await carol.join(room);
    await carol.invite(room, userId);
  });

  it('lets users create rooms for two only', async () => {
    await start({ create_rooms_for_two_only: true, exempt: ['@carol:localhost'] });
    const text = 'Here rooms are for two: invite exactly one user when you create a room';
    const byMail = { medium: 'email', address: 'd@partner.example', id_server: 'id.example', id_access_token: 'token' };
    const byHand = { type: 'm.room.third_party_invite', state_key: 'token', content: {} };
    for (const request of [{}, { invite: [bob.userId, carol.userId] }, { invite: [bob.userId], invite_3pid: [byMail] }]) {
      await refused(alice.createRoom(request), text);
    }
    await refused(alice.createRoom({ invite: [bob.userId], initial_state: [byHand] }), text);
    await carol.createRoom();
    const room = await alice.createRoom({ invite: [bob.userId], room_version: '11' });
    await alice.request('POST', `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/upgrade`, { new_version: '12' });
  });

  it('lets users join where they are invited only', async () => {
    await start({ join_when_invited_only: true, exempt: ['@carol:localhost'] });
    const room = await alice.createRoom({ preset: 'public_chat' });
    await refused(bob.join(room), 'Here users join the rooms that they are invited to, and no others');
    await carol.join(room);
    await alice.invite(room, bob);
    await bob.join(room);
  });

  it('refuses a configuration that leaves open what holds otherwise', async () => {
    await start({});
    const error: unknown = await server.exchangeModules([entry({ invites: { rules: [] } })]).catch((reason: unknown) => reason);
    expect(String(error)).to.match(/config\.invites: .*otherwise is missing/);
  });
});
