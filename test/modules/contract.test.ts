import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { callbacksOf, gatesPage } from '../../scripts/gates-page.ts';
import { groupBy } from '../../src/core/group-by.ts';
import { registrationMac } from '../../src/core/registration-mac.ts';
import { createSigningKey, generateSeed, signJson } from '../../src/core/signatures.ts';
import { CONTRACT, type OperationName } from '../../src/kernel/contract.ts';
import type { RoomId } from '../../src/core/identifiers.ts';
import type { ContractLine } from '../../src/kernel/contract/line.ts';
import type { Occasion } from '../../src/kernel/questions.ts';
import { SERVER_ITSELF } from '../../src/kernel/requester.ts';
import { addDirectRoom } from '../../src/operations/account-data/add-direct-room.ts';
import { registerUser } from '../../src/operations/accounts/register-user.ts';
import { pushToUser } from '../../src/operations/modules/push-to-user.ts';
import { runModuleWork } from '../../src/operations/modules/run-module-work.ts';
import * as thirdPartyIds from '../../src/store/third-party-ids.ts';
import { build, RequestFailed, type TestServer, type TestUser } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { confirmAddress } from '../support/confirm-address.ts';
import { byPassword, clientOf } from '../api/client.ts';
import { otherServer } from '../support/http-server.ts';
import { TestIdentityServer } from '../support/identity-server.ts';
import { openMailbox, type Mailbox } from '../support/mailbox.ts';
import { SsoWalk } from '../support/sso-walk.ts';
import { certificateFile } from '../support/tls-certificate.ts';
import { accountOccasions } from './account-occasions.ts';
import { mediaOccasions } from './media-occasions.ts';

const V3 = '/_matrix/client/v3';
const V1 = '/_matrix/client/v1/rooms';
/** More than the server lets anybody upload. */
const TOO_MUCH = new Uint8Array(2 * 1_048_576);
const SECRET = 'a shared secret';
const root = resolve(import.meta.dirname, '../../..');
const LINES = Object.entries(CONTRACT) as [OperationName, ContractLine][];

describe('the contract between operations and modules', () => {
  const certificate = certificateFile();
  let walk: SsoWalk;
  let identity: TestIdentityServer;
  let mailbox: Mailbox;
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  let room: string;
  before(async () => {
    identity = await TestIdentityServer.start();
    mailbox = await openMailbox();
    walk = await SsoWalk.open();
    await walk.start({
      record: true,
      sso: { trusted_clients: ['https://trusted.example.org'] },
      config: {
        registration: { mode: 'open', shared_secret: SECRET },
        mail: { host: '127.0.0.1', port: mailbox.port, security: 'none', from: 'noreply@example.org' },
        server_notices: { avatar: 'mxc://localhost/official' },
        media: { upload_limits: [{ period: '1h', max_size: '1MiB' }] },
        outgoing: { extra_ca: [certificate.path], allow_addresses: ['127.0.0.1'] },
      },
    });
    server = walk.server;
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
  });
  beforeEach(async () => {
    room = await alice.createRoom({ preset: 'public_chat' });
    await bob.join(room);
    await server.idle();
  });
  after(async () => {
    await walk.stop();
    await walk.provider.close();
    await identity.close();
    await mailbox.close();
    certificate.remove();
  });

  const inRoom = (user: TestUser, method: string, rest: string, body: Json = {}): Promise<Json> =>
    user.request(method, `${V3}/rooms/${encodeURIComponent(room)}/${rest}`, method === 'GET' ? undefined : body);
  const upload = async (path: string, method: string, bytes: Uint8Array): Promise<string> => {
    const headers = { authorization: `Bearer ${alice.accessToken}`, 'content-type': 'image/png' };
    const reply = await fetch(server.url + path, { method, headers, body: Buffer.from(bytes) });
    return ((await reply.json()) as { content_uri?: string }).content_uri?.slice('mxc://'.length) ?? '';
  };
  const image = (): Promise<Buffer> =>
    sharp({ create: { width: 200, height: 200, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
  /** @returns a message that begins a thread */
  const replied = async (): Promise<string> => {
    const root = await alice.send(room, 'root');
    await alice.send(room, { msgtype: 'm.text', body: 'reply', 'm.relates_to': { rel_type: 'm.thread', event_id: root } });
    return root;
  };
  const byMail = (address: string): Json => ({
    medium: 'email',
    address,
    id_server: identity.name,
    id_access_token: identity.tokenOf(alice.userId),
  });
  const alias = (name: string): string => `${V3}/directory/room/${encodeURIComponent(`#${name}:localhost`)}`;
  const nameOf = (user: TestUser): string => `${V3}/profile/${encodeURIComponent(user.userId)}/displayname`;
  const setName = (user: TestUser, name: string): Promise<Json> => user.request('PUT', nameOf(user), { displayname: name });
  /** A user who gets a mail address by one of the requests for it. @returns what they ask for below /account */
  const withAddress = async (name: string, path: string): Promise<(path: string, body: Json) => Promise<Json>> => {
    const { access_token: token } = await client.register(name);
    const ask = (to: string, body: Json): Promise<Json> => client.as(token, 'POST', `/account/${to}`, body);
    const credentials = await confirmAddress(server, mailbox, 'account/3pid', `${name}@example.org`);
    await ask(path, { ...credentials, three_pid_creds: credentials, auth: byPassword(name) });
    return ask;
  };
  const accountData = (user: TestUser, type: string): string => `${V3}/user/${encodeURIComponent(user.userId)}/account_data/${type}`;
  /** Upgrades the room, which is a direct chat for this user. @returns the new room */
  const upgradeChatOf = async (user: TestUser): Promise<string> => {
    await user.request('PUT', accountData(user, 'm.direct'), { [alice.userId]: [room] });
    return String((await inRoom(alice, 'POST', 'upgrade', { new_version: '11' }))['replacement_room']);
  };
  const client = clientOf(() => server);
  const presence = (user: TestUser): string => `${V3}/presence/${encodeURIComponent(user.userId)}/status`;

  /** Every operation of the Contract that asks or tells modules something, done once in a way that gives occasion for each of them. */
  const done: Partial<Record<OperationName, () => Promise<unknown>>> = {
    async register() {
      const credentials = await confirmAddress(server, mailbox, 'register', 'carol@example.org');
      const auth = { type: 'm.login.email.identity', threepid_creds: credentials };
      await server.request('POST', `${V3}/register`, { username: 'carol', password: SECRET, auth });
    },
    'register-user': () => server.run(registerUser, SERVER_ITSELF, { username: 'dave', emails: ['dave@example.org'] }),
    async 'register-with-shared-secret'() {
      const path = '/_synapse/admin/v1/register';
      const { nonce } = (await server.request('GET', path)) as { nonce: string };
      const account = { nonce, username: 'erin', password: 'secret', admin: false };
      await server.request('POST', path, { ...account, mac: registrationMac(SECRET, account) });
    },
    'receive-sso-reply': () => walk.comeBack(walk.newBrowser(), '1', 'https://trusted.example.org/'),
    async 'answer-sso-question'() {
      walk.provider.people.set('2', { preferred_username: 'bobby', email: 'bobby@example.org', email_verified: true });
      await walk.arrive(walk.newBrowser(), '2');
    },
    ...accountOccasions(() => server),
    async 'delete-third-party-id'() {
      const nora = await withAddress('nora', '3pid/add');
      await nora('3pid/delete', { medium: 'email', address: 'nora@example.org' });
    },
    'set-profile-field': () => setName(alice, 'Alicia'),
    async 'delete-profile-field'() {
      await setName(alice, 'Alison');
      await alice.request('DELETE', nameOf(alice));
    },
    'add-direct-room': () => server.run(addDirectRoom, build.requester(alice.userId), { other: bob.userId, roomId: room as RoomId }),
    'put-account-data': () => alice.request('PUT', accountData(alice, 'org.x'), {}),
    async 'set-read-markers'() {
      const event = await alice.send(room, 'read');
      await inRoom(alice, 'POST', 'read_markers', { 'm.fully_read': event });
    },
    'search-users': () => alice.request('POST', `${V3}/user_directory/search`, { search_term: 'bob' }),
    'propagate-profile': () => setName(alice, 'Alice'),
    async 'upload-media'() {
      await upload('/_matrix/media/v3/upload', 'POST', await image());
      await upload('/_matrix/media/v3/upload', 'POST', TOO_MUCH);
    },
    async 'fill-media'() {
      const { content_uri: uri } = await alice.request('POST', '/_matrix/media/v1/create');
      const path = `/_matrix/media/v3/upload/${String(uri).slice('mxc://'.length)}`;
      await upload(path, 'PUT', TOO_MUCH);
      await upload(path, 'PUT', await image());
    },
    ...mediaOccasions(
      () => server,
      () => alice,
    ),
    'get-media-config': () => alice.request('GET', '/_matrix/client/v1/media/config'),
    async 'get-thumbnail'() {
      const id = await upload('/_matrix/media/v3/upload', 'POST', await image());
      const headers = { authorization: `Bearer ${alice.accessToken}` };
      await fetch(`${server.url}/_matrix/client/v1/media/thumbnail/${id}?width=32&height=32&method=crop`, { headers });
    },
    async 'preview-url'() {
      const bytes = await image();
      const page = await otherServer((_request, response) => {
        response.setHeader('content-type', 'image/png');
        response.end(bytes);
      });
      await alice.request('GET', `/_matrix/client/v1/media/preview_url?url=${encodeURIComponent(page.url)}`);
      await page.close();
    },
    'create-room': () =>
      alice.createRoom({
        visibility: 'public',
        room_alias_name: 'whole',
        invite: [bob.userId],
        invite_3pid: [byMail('whole@example.org')],
        name: 'Whole',
      }),
    async 'invite-user'() {
      await inRoom(alice, 'POST', 'invite', { user_id: '@frank:localhost' });
      await inRoom(alice, 'POST', 'invite', byMail('frank@example.org'));
    },
    async 'join-room'() {
      const gina = await server.user('gina');
      const key = createSigningKey('ed25519:0', generateSeed());
      await alice.setState(room, 'm.room.third_party_invite', { display_name: 'g...', public_key: key.publicKey }, 'token');
      const signed = signJson({ mxid: gina.userId, sender: alice.userId, token: 'token' }, 'id.example.org', key);
      await gina.request('POST', `${V3}/join/${encodeURIComponent(room)}`, { third_party_signed: signed });
      await bob.join(await upgradeChatOf(bob));
    },
    async 'knock-on-room'() {
      await alice.setState(room, 'm.room.join_rules', { join_rule: 'knock' });
      const henry = await server.user('henry');
      await henry.request('POST', `${V3}/knock/${encodeURIComponent(room)}`, {});
    },
    'leave-room': () => bob.leave(room),
    'kick-user': () => alice.kick(room, bob),
    'ban-user': () => alice.ban(room, bob),
    async 'unban-user'() {
      await alice.ban(room, bob);
      await inRoom(alice, 'POST', 'unban', { user_id: bob.userId });
    },
    'send-event': () => alice.send(room, 'hi'),
    async 'redact-event'() {
      const event = await alice.send(room, 'hi');
      await inRoom(alice, 'PUT', `redact/${encodeURIComponent(event)}/txn`);
    },
    async 'set-state'() {
      const irene = await server.user('irene');
      await alice.setState(room, 'm.room.member', { membership: 'invite' }, irene.userId);
      await irene.setState(room, 'm.room.member', { membership: 'join' }, irene.userId);
    },
    'set-room-alias': () => alice.request('PUT', alias('set'), { room_id: room }),
    async 'delete-room-alias'() {
      await alice.request('PUT', alias('deleted'), { room_id: room });
      await alice.setState(room, 'm.room.canonical_alias', { alias: '#deleted:localhost' });
      await alice.request('DELETE', alias('deleted'));
    },
    'set-room-visibility': () => alice.request('PUT', `${V3}/directory/list/room/${encodeURIComponent(room)}`, { visibility: 'public' }),
    async 'begin-portion'() {
      const admin = await server.user('cleaner', { admin: true });
      const left = await admin.createRoom();
      await admin.leave(left);
      await admin.request('DELETE', `/_synapse/admin/v1/rooms/${encodeURIComponent(left)}`, {});
    },
    async 'delete-room'() {
      const admin = await server.user('admin', { admin: true });
      const left = await admin.createRoom();
      await admin.leave(left);
      const path = `/_synapse/admin/v1/rooms/${encodeURIComponent(left)}`;
      await admin.request('DELETE', path, { new_room_user_id: admin.userId });
    },
    async 'send-server-notice'() {
      const admin = await server.user('herald', { admin: true });
      const content = { pinned: [] };
      await admin.request('POST', '/_synapse/admin/v1/send_server_notice', {
        user_id: bob.userId,
        type: 'm.room.pinned_events',
        state_key: '',
        content,
      });
    },
    'upgrade-room': () => upgradeChatOf(alice),
    async 'get-presence'() {
      const stranger = await server.user('stranger');
      await stranger.request('GET', presence(bob)).catch((error: unknown) => expect(error).to.be.instanceOf(RequestFailed));
    },
    'announce-presence': () => alice.request('PUT', presence(alice), { presence: 'unavailable', status_msg: 'Away' }),
    async 'deliver-push'() {
      const data = { url: 'https://push.invalid/_matrix/push/v1/notify' };
      const pusher = { app_id: 'app', pushkey: 'key', kind: 'http', app_display_name: 'App', device_display_name: 'Phone', lang: 'en', data };
      await bob.request('POST', `${V3}/pushers/set`, pusher);
      await alice.send(room, 'hi, bob');
      await server.idle();
      await bob.request('POST', `${V3}/pushers/set`, { ...pusher, kind: null });
    },
    async 'mail-notifications'() {
      const address = { medium: 'email', address: 'bob@example.org', validatedTs: 0, addedTs: 0 } as const;
      await server.run(runModuleWork, SERVER_ITSELF, { work: () => thirdPartyIds.add(bob.userId, address) });
      const named = { app_display_name: 'Mails', device_display_name: 'Mails', lang: 'en', data: {} };
      const pusher = { app_id: 'm.email', pushkey: 'bob@example.org', kind: 'email', ...named };
      await bob.request('POST', `${V3}/pushers/set`, pusher);
      await alice.send(room, 'hi, bob');
      await server.idle();
      await server.advance(600_000);
      await server.idle();
      await bob.request('POST', `${V3}/pushers/set`, { ...pusher, kind: null });
    },
    async 'export-user-data'() {
      const chief = await server.user('chief', { admin: true });
      await chief.request('GET', `/_plexus/admin/v1/users/${alice.userId}/export`);
    },
    async 'push-to-user'() {
      await server.run(pushToUser, SERVER_ITSELF, { userId: bob.userId, deviceId: null, content: {}, tweaks: {}, defaultPayload: {} });
    },
    sync: () => alice.sync(),
    'get-initial-sync': () => alice.request('GET', `${V3}/initialSync`),
    'get-room-initial-sync': () => inRoom(alice, 'GET', 'initialSync'),
    'get-event-stream': async () => {
      const { end } = await alice.request('GET', `${V3}/initialSync`);
      await alice.send(room, 'news');
      await alice.request('GET', `${V3}/events?from=${String(end)}&timeout=0`);
    },
    'get-one-event': async () => alice.request('GET', `${V3}/events/${encodeURIComponent(await alice.send(room, 'one'))}`),
    'get-event': async () => inRoom(alice, 'GET', `event/${encodeURIComponent(await alice.send(room, 'one'))}`),
    'get-event-context': async () => inRoom(alice, 'GET', `context/${encodeURIComponent(await alice.send(room, 'one'))}`),
    'get-members': () => inRoom(alice, 'GET', 'members'),
    'get-messages': () => alice.messages(room),
    'get-relations': async () => alice.request('GET', `${V1}/${encodeURIComponent(room)}/relations/${encodeURIComponent(await replied())}`),
    'get-state': () => inRoom(alice, 'GET', 'state'),
    'get-state-event': () => inRoom(alice, 'GET', 'state/m.room.create/?format=event'),
    async 'get-threads'() {
      await replied();
      await alice.request('GET', `${V1}/${encodeURIComponent(room)}/threads`);
    },
    async 'get-notifications'() {
      await alice.send(room, 'hi');
      await server.idle();
      await bob.request('GET', `${V3}/notifications`);
    },
    async 'search-events'() {
      await alice.send(room, 'needle');
      await alice.request('POST', `${V3}/search`, { search_categories: { room_events: { search_term: 'needle' } } });
    },
  };

  for (const [operation, line] of LINES.filter(([, each]) => callbacksOf(each).length > 0)) {
    it(`holds for ${operation}`, async () => {
      const act = done[operation];
      if (act === undefined) throw new Error(`This test does not know how to give occasion for ${operation}: add it above`);
      const since = server.asked.length;
      await act();
      await server.idle();
      const asked = server.asked.slice(since).filter(({ occasion }) => occasion.operation === operation);
      const expected = callbacksOf(line);
      // Each time that the operation was done has an occasion of its own.
      const times = groupBy(asked, ({ occasion }) => occasion).values();
      const orders = [...times].map((time) =>
        [...new Set(time.map(({ callback }) => callback))].filter((name) => expected.includes(name) || name !== 'is_user_expired'),
      );
      expect(new Set(orders.flat())).to.deep.equal(new Set(expected));
      for (const order of orders) expect(order, 'in this order').to.deep.equal(expected.filter((name) => order.includes(name as never)));
    });
  }

  it('asks first of all whether the account is valid, of every operation on behalf of a user', () => {
    // The server carries profiles into rooms of its own accord: what the user asked for has been judged by then.
    const isExempt = ({ operation }: Occasion): boolean => {
      const line: ContractLine = CONTRACT[operation as OperationName];
      return operation === 'propagate-profile' || line.expired === 'may';
    };
    const onBehalf = server.asked.filter(({ occasion }) => occasion.userId !== undefined && !isExempt(occasion));
    const first = new Map(onBehalf.toReversed().map(({ occasion, callback }) => [occasion.operation, callback]));
    expect(first.size).to.be.greaterThan(15);
    for (const [operation, callback] of first) expect(callback, operation).to.equal('is_user_expired');
  });

  it('is kept by nothing that asks more than it says', () => {
    for (const { occasion, callback } of server.asked) {
      const line: ContractLine = CONTRACT[occasion.operation as OperationName];
      expect(['is_user_expired', ...callbacksOf(line)], occasion.operation).to.include(callback);
    }
  });

  it('is what docs/generated/gates.md says', () => {
    const hint = 'print it again with `node build/scripts/generate-gates.js`';
    expect(readFileSync(join(root, 'docs/generated/gates.md'), 'utf8'), hint).to.equal(gatesPage());
  });
});
