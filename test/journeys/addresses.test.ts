import { expect } from 'chai';
import { EventType, type MatrixError } from 'matrix-js-sdk';
import { boot, type TestServer } from '../../src/testing/index.ts';
import { TestIdentityServer } from '../support/identity-server.ts';
import { openMailbox, type Mailbox } from '../support/mailbox.ts';
import { certificateFile } from '../support/tls-certificate.ts';
import { ChatClient } from './chat-client.ts';
import { tameClients } from './tame-clients.ts';

const PASSWORD = 'a long secret';
const BASE_URL = 'https://matrix.example.org';

/** One story, told in steps: each goes on from where the one before ended. */
describe('a journey with mail addresses, with matrix-js-sdk', function () {
  this.timeout(30_000);
  tameClients();

  const certificate = certificateFile();
  let mailbox: Mailbox;
  let identity: TestIdentityServer;
  let server: TestServer;
  let alice: ChatClient;
  let bob: ChatClient;
  let room: string;
  before(async () => {
    mailbox = await openMailbox();
    identity = await TestIdentityServer.start();
    server = await boot({
      config: {
        public_baseurl: BASE_URL,
        mail: { host: '127.0.0.1', port: mailbox.port, security: 'none', from: 'noreply@example.org' },
        outgoing: { extra_ca: [certificate.path], allow_addresses: ['127.0.0.1'] },
      },
    });
    identity.homeserver.url = server.url;
  });
  after(async () => {
    alice?.client.stopClient();
    bob?.client.stopClient();
    await server.close();
    await identity.close();
    await mailbox.close();
    certificate.remove();
  });

  /** A client with an account at the identity server, as Element gets it: by a token that says who the user is. */
  const logIn = async (name: string): Promise<ChatClient> => {
    const isThere = (url: unknown): boolean => String(url).startsWith(`https://${identity.name}/`);
    const fetchFn: typeof fetch = (url, init) => (isThere(url) ? identity.fetch(url, init) : fetch(url, init));
    const account: { token?: string } = {};
    const user = await ChatClient.logIn(server.url, name, PASSWORD, {
      idBaseUrl: `https://${identity.name}`,
      fetchFn,
      identityServer: { getAccessToken: () => Promise.resolve(account.token ?? null) },
    });
    Object.assign(account, await user.client.registerWithIdentityServer(await user.client.getOpenIdToken()));
    return user;
  };
  const addressesOf = async ({ client }: ChatClient): Promise<string[]> => (await client.getThreePids()).threepids.map(({ address }) => address);
  const stateOf = (client: ChatClient, type: EventType, key: string) => client.room(room).currentState.getStateEvents(type, key);

  it('two users log in, at the identity server, too', async () => {
    for (const name of ['alice', 'bob']) await ChatClient.register(server.url, name, PASSWORD);
    alice = await logIn('alice');
    bob = await logIn('bob');
  });

  it('one adds an address to her account, confirms it by the link, and gives her password', async () => {
    const secret = alice.client.generateClientSecret();
    const { sid } = await alice.client.requestAdd3pidEmailToken('alice@example.org', secret, 1);
    await server.idle();
    const link = new URL(mailbox.link().replace(BASE_URL, server.url));
    await fetch(link.origin + link.pathname, { method: 'POST', body: link.searchParams });
    const asked = await alice.client
      .addThreePidOnly({ sid, client_secret: secret })
      .catch((error: MatrixError) => error.data as { session?: string });
    const auth = { type: 'm.login.password', identifier: { type: 'm.id.user', user: alice.userId }, password: PASSWORD };
    await alice.client.addThreePidOnly({ sid, client_secret: secret, auth: { ...auth, session: (asked as { session: string }).session } });
    expect(await addressesOf(alice)).to.deep.equal(['alice@example.org']);
  });

  it('she lets others find her by it', async () => {
    const secret = alice.client.generateClientSecret();
    const token = (await alice.client.identityServer?.getAccessToken()) ?? '';
    const { sid } = await alice.client.requestEmailToken('alice@example.org', secret, 1, undefined, token);
    identity.confirm('alice@example.org');
    await alice.client.bindThreePid({ sid, client_secret: secret, id_server: identity.name, id_access_token: token });
    const theirs = (await bob.client.identityServer?.getAccessToken()) ?? '';
    expect(await bob.client.lookupThreePid('email', 'alice@example.org', theirs)).to.include({ mxid: alice.userId });
  });

  it('the other invites her by her address into a new room, and she comes', async () => {
    const invitee = { id_server: identity.name, medium: 'email', address: 'alice@example.org' };
    ({ room_id: room } = await bob.client.createRoom({ invite_3pid: [invitee], name: 'The pub' }));
    await alice.until('the invitation', () => alice.client.getRoom(room)?.getMyMembership() === 'invite');
    await alice.client.joinRoom(room);
    await bob.until('alice', () => bob.room(room).getMember(alice.userId)?.membership === 'join');
  });

  it('he invites somebody who has no account yet, and sees that the mail was sent', async () => {
    await bob.client.inviteByEmail(room, 'carol@example.org');
    const token = identity.invitations.at(-1)?.token ?? '';
    const event = await bob.until('the invitation', () => stateOf(bob, EventType.RoomThirdPartyInvite, token));
    expect(event.getContent()['display_name']).to.equal('c...@e...');
    expect(bob.room(room).currentState.getInviteForThreePidToken(token)).to.equal(null);
  });

  it('she makes an account, follows the link in the mail, and is there', async () => {
    const { token = '', signUrl = '' } = identity.invitations.at(-1) ?? {};
    await ChatClient.register(server.url, 'carol', PASSWORD);
    const carol = await logIn('carol');
    await carol.client.joinRoom(room, { inviteSignUrl: signUrl });
    await carol.until('being joined', () => carol.client.getRoom(room)?.getMyMembership() === 'join');
    await bob.until('carol', () => bob.room(room).getMember(carol.userId)?.membership === 'join');
    expect(bob.room(room).currentState.getInviteForThreePidToken(token)?.getStateKey()).to.equal(carol.userId);
    await carol.client.logout(true);
  });

  it('the first takes her address back, from others and from her account', async () => {
    expect(await alice.client.unbindThreePid('email', 'alice@example.org')).to.deep.equal({ id_server_unbind_result: 'success' });
    const theirs = (await bob.client.identityServer?.getAccessToken()) ?? '';
    expect(await bob.client.lookupThreePid('email', 'alice@example.org', theirs)).to.deep.equal({});
    expect(await alice.client.deleteThreePid('email', 'alice@example.org')).to.deep.equal({ id_server_unbind_result: 'no-support' });
    expect(await addressesOf(alice)).to.deep.equal([]);
  });
});
