import { expect } from 'chai';
import sharp from 'sharp';
import { boot, expectError, timelineOf, type TestServer, type TestUser } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { byPassword, clientOf } from '../api/client.ts';
import { v3 } from '../api/v3.ts';
import { CountingDatabase } from '../support/counting-database.ts';
import { sendHostile } from '../support/hostile/send.ts';

/** What has been done to other servers, as far as clients can try it here and no test of an area of its own shows that it fails. */
describe('an attack that is known', () => {
  let database: CountingDatabase;
  let server: TestServer;
  let mallory: TestUser;
  let victim: TestUser;
  let room: string;
  beforeEach(async () => {
    database = new CountingDatabase();
    server = await boot({ database });
    [mallory, victim] = [await server.user('mallory'), await server.user('victim')];
    room = await mallory.createRoom({ preset: 'public_chat', visibility: 'public' });
  });
  afterEach(() => server.close());

  const v1 = (...segments: string[]): string => `/_matrix/client/v1/${segments.map(encodeURIComponent).join('/')}`;
  /** Sends JSON that JSON.stringify would not write. */
  const sendRaw = async (path: string, body: string): Promise<readonly [status: number, errcode: unknown, reply: Json]> => {
    const reply = await sendHostile(server.url, { method: 'PUT', path, body, token: mallory.accessToken });
    const json = JSON.parse(reply.text) as Json;
    return [reply.status, json['errcode'], json];
  };

  describe('state of the wrong form', () => {
    const WRONG: readonly unknown[] = [null, 1, true, '', 'x'.repeat(300), [], {}, ['a'], { a: { b: [] } }];
    const STATE: Readonly<Record<string, readonly string[]>> = {
      'm.room.name': ['name'],
      'm.room.topic': ['topic', 'm.topic'],
      'm.room.avatar': ['url', 'info'],
      'm.room.canonical_alias': ['alias'],
      'm.room.join_rules': ['allow'],
      'm.room.history_visibility': ['history_visibility'],
      'm.room.guest_access': ['guest_access'],
      'm.room.encryption': ['algorithm'],
      'm.room.server_acl': ['allow', 'deny', 'allow_ip_literals'],
      'm.room.tombstone': ['replacement_room', 'body'],
      'm.room.pinned_events': ['pinned'],
      'm.space.child': ['via', 'order', 'suggested'],
      'm.space.parent': ['via', 'canonical'],
      'm.room.third_party_invite': ['public_keys', 'public_key', 'display_name'],
      'm.room.member': ['displayname', 'avatar_url', 'third_party_invite', 'is_direct', 'join_authorised_via_users_server'],
    };
    const ROADS: readonly ((id: string) => readonly [method: string, path: string, body?: Json])[] = [
      () => ['GET', `${v3('sync')}?timeout=0`],
      () => ['GET', `${v3('sync')}?timeout=0&full_state=true`],
      () => ['GET', v3('initialSync')],
      () => ['GET', v3('joined_rooms')],
      () => ['GET', v3('notifications')],
      (id) => ['GET', v3('rooms', id, 'state')],
      (id) => ['GET', v3('rooms', id, 'members')],
      (id) => ['GET', v3('rooms', id, 'joined_members')],
      (id) => ['GET', `${v3('rooms', id, 'messages')}?dir=b`],
      (id) => ['GET', v3('rooms', id, 'initialSync')],
      (id) => ['GET', v1('rooms', id, 'hierarchy')],
      (id) => ['GET', v1('rooms', id, 'threads')],
      (id) => ['GET', v1('room_summary', id)],
      () => ['GET', v3('publicRooms')],
      () => ['POST', v3('publicRooms'), { filter: { generic_search_term: 'x' } }],
      () => ['POST', v3('search'), { search_categories: { room_events: { search_term: 'x', include_state: true } } }],
      () => ['POST', v3('user_directory', 'search'), { search_term: 'x' }],
    ];

    for (const [type, keys] of Object.entries(STATE)) {
      it(`spoils nothing for those who are invited, nor for members: ${type}`, async () => {
        const key = type === 'm.room.member' ? mallory.userId : type.startsWith('m.space.') ? room : '';
        for (const content of [{}, ...keys.flatMap((name) => WRONG.map((value) => ({ [name]: value })))]) {
          const whole = type === 'm.room.member' ? { membership: 'join', ...content } : content;
          await mallory.setState(room, type, whole, key).catch((error: { status: number }) => expect(error.status).to.be.within(400, 499));
          await victim.sync({ timeout: '0' });
          await victim.request('GET', v3('publicRooms'));
        }
        await mallory.setState(room, 'm.room.history_visibility', { history_visibility: 'shared' });
        await mallory.invite(room, victim);
        await mallory.send(room, 'x');
        await victim.sync({ timeout: '0' });
        await victim.join(room);
        for (const road of ROADS) {
          const [method, path, body] = road(room);
          await victim.request(method, path, body);
        }
      });
    }
  });

  it('redactions that are redacted hide what they hid, and end', async () => {
    const message = await mallory.send(room, 'secret');
    const redact = async (eventId: string, txn: string): Promise<string> =>
      (await mallory.request('PUT', v3('rooms', room, 'redact', eventId, txn), {}))['event_id'] as string;
    const first = await redact(message, '1');
    const second = await redact(first, '2');
    await redact(second, '3');
    await victim.join(room);
    expect(JSON.stringify(await victim.messages(room))).to.not.contain('secret');
    await victim.sync({ timeout: '0' });
  });

  it('a page full of what one may not see ends no paging', async () => {
    const before = await victim.createRoom({ preset: 'public_chat' });
    const first = await victim.send(before, 'first');
    await mallory.join(before);
    for (let index = 0; index < 250; index++) await mallory.send(before, `noise ${index}`);
    await victim.request('PUT', v3('user', victim.userId, 'account_data', 'm.ignored_user_list'), { ignored_users: { [mallory.userId]: {} } });
    let from = '';
    const seen: unknown[] = [];
    for (let page = 0; page < 20; page++) {
      const reply = await victim.request('GET', `${v3('rooms', before, 'messages')}?dir=b&limit=5${from}`);
      seen.push(...(reply['chunk'] as Json[]).map(({ event_id: id }) => id));
      if (reply['end'] === undefined) break;
      from = `&from=${encodeURIComponent(reply['end'] as string)}`;
    }
    expect(seen).to.include(first);
  });

  describe('JSON that is read in two ways', () => {
    const message = (txn: string): string => v3('rooms', room, 'send', 'org.example', txn);

    it('is refused where a number would be another one for other servers', async () => {
      for (const [index, number] of ['9007199254740993', '1.5', '1e400', '-1e308', '9223372036854775808'].entries()) {
        expect((await sendRaw(message(`n${index}`), `{"a":${number}}`)).slice(0, 2), number).to.deep.equal([400, 'M_BAD_JSON']);
      }
    });

    it('is refused where a text is none in UTF-8', async () => {
      expect((await sendRaw(message('s'), '{"a":"\\ud800"}')).slice(0, 2)).to.deep.equal([400, 'M_BAD_JSON']);
      expect((await sendRaw(message('k'), '{"\\udc00":1}')).slice(0, 2)).to.deep.equal([400, 'M_BAD_JSON']);
    });

    it('keeps a key called __proto__ as any other, and changes no object by it', async () => {
      const body = '{"__proto__":{"isAdmin":true,"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
      const [status, , reply] = await sendRaw(message('p'), body);
      expect(status).to.equal(200);
      const event = await sendHostile(server.url, {
        method: 'GET',
        path: v3('rooms', room, 'event', String(reply['event_id'])),
        token: mallory.accessToken,
      });
      expect(event.text).to.contain(body.slice(1, -1).split(',"constructor"')[0]);
      await sendRaw(v3('user', mallory.userId, 'account_data', '__proto__'), body);
      await sendRaw(v3('rooms', room, 'state', '__proto__', 'constructor'), body);
      await mallory.sync({ timeout: '0' });
      expect(({} as { polluted?: unknown }).polluted).to.equal(undefined);
      await expectError(mallory.request('GET', '/_synapse/admin/v1/registration_tokens'), 403, 'M_FORBIDDEN');
    });
  });

  it('finds neither passwords nor tokens in what is stored', async () => {
    const client = clientOf(() => server);
    const password = 'a password that nobody may find';
    const asked = await expectError(client.post('/register', { username: 'carol', password }), 401);
    const inDatabase = (text: string): boolean => database.serialize().includes(text);
    expect(inDatabase(password), 'while the registration is authenticated').to.equal(false);
    const auth = { type: 'm.login.dummy', session: asked.body['session'] };
    const carol = await client.post('/register', { username: 'carol', password, auth, refresh_token: true });
    const next = 'another one that nobody may find';
    await expectError(client.as(carol['access_token'], 'POST', '/account/password', { new_password: next }), 401);
    await client.as(carol['access_token'], 'POST', '/account/password', { new_password: next, auth: byPassword('carol', password) });
    const login = await client.logIn('carol', next);
    const secrets = [
      password,
      next,
      carol['access_token'],
      carol['refresh_token'],
      login['access_token'],
      mallory.accessToken,
      asked.body['session'],
    ];
    for (const secret of secrets) expect(inDatabase(String(secret))).to.equal(false);
  });

  it('cannot guess tokens, ids of sessions, or addresses of files', async () => {
    const client = clientOf(() => server);
    await client.register('dave');
    const tokens = new Set<string>();
    for (let index = 0; index < 20; index++) tokens.add(String((await client.logIn('dave'))['access_token']));
    const files = new Set<string>();
    for (let index = 0; index < 20; index++) files.add((await mallory.upload('same')).split('/').at(-1) ?? '');
    for (const values of [tokens, files]) {
      expect(values.size).to.equal(20);
      for (const value of values) expect(value.length, value).to.be.at.least(22);
    }
  });

  it('takes no alias of another room over', async () => {
    await victim.createRoom({ room_alias_name: 'admins' });
    const alias = v3('directory', 'room', '#admins:localhost');
    await expectError(mallory.request('PUT', alias, { room_id: room }), 409);
    await expectError(mallory.request('DELETE', alias), 403, 'M_FORBIDDEN');
    await expectError(mallory.createRoom({ room_alias_name: 'admins' }), 400, 'M_ROOM_IN_USE');
    await expectError(mallory.setState(room, 'm.room.canonical_alias', { alias: '#admins:localhost' }), 400, 'M_BAD_ALIAS');
  });

  it('unpacks no picture in a format that nobody needs, by what the picture is and not by what it is called', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>';
    const tiff = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
      .tiff()
      .toBuffer();
    for (const picture of [svg, new Uint8Array(tiff), '%PDF-1.4', '%!PS-Adobe-3.0\n']) {
      const [, , , mediaId] = (await mallory.upload(picture, 'image/png')).split('/');
      const path = `${v1('media', 'thumbnail', 'localhost', mediaId ?? '')}?width=32&height=32`;
      await expectError(mallory.request('GET', path), 400, 'M_UNKNOWN');
    }
  });

  it('keeps a multipart body as bytes, and reads no JSON in it', async () => {
    const multipart = `--x\r\n${'Content-Disposition: form-data; name="a"\r\n\r\nb\r\n--x\r\n'.repeat(1_000)}`;
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    const asJson = await sendHostile(server.url, { method: 'POST', path: v3('createRoom'), body: multipart, headers, token: mallory.accessToken });
    expect([asJson.status, asJson.text.includes('M_NOT_JSON')]).to.deep.equal([400, true]);
  });

  it('signs nobody else’s receipt, typing, presence, profile, account data or tags', async () => {
    await victim.join(room);
    const of = (...segments: string[]): string => v3(...segments);
    for (const [path, body] of [
      [of('rooms', room, 'typing', victim.userId), { typing: true }],
      [of('presence', victim.userId, 'status'), { presence: 'online' }],
      [of('profile', victim.userId, 'displayname'), { displayname: 'x' }],
      [of('user', victim.userId, 'account_data', 'a'), {}],
      [of('user', victim.userId, 'rooms', room, 'tags', 'u.a'), {}],
      [of('rooms', room, 'state', 'm.room.member', victim.userId), { membership: 'join', displayname: 'x' }],
    ] as const) {
      await expectError(mallory.request('PUT', path, body), 403, 'M_FORBIDDEN');
    }
    await expectError(mallory.request('POST', of('user', victim.userId, 'filter'), {}), 403, 'M_FORBIDDEN');
    const since = (await victim.sync({ timeout: '0' })).next_batch;
    const sent = await mallory.request('PUT', of('rooms', room, 'send', 'm.room.message', 'forged'), {
      sender: victim.userId,
      body: 'x',
      msgtype: 'm.text',
    });
    const told = timelineOf(await victim.sync({ since, timeout: '0' }), room).find(({ event_id: id }) => id === sent['event_id']);
    expect(told?.sender).to.equal(mallory.userId);
  });
});
