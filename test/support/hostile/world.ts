import { createHash } from 'node:crypto';
import { requestJson } from '../../../src/testing/request.ts';
import type { TestServer } from '../../../src/testing/index.ts';
import { CONTENTS } from './shapes.ts';
import type { Standing } from './requests.ts';
import type { Known } from './schema-values.ts';

/** Users of each standing with rooms, and the names of what they have. */
export interface World {
  readonly tokens: Readonly<Record<Standing, string | undefined>>;
  readonly known: Known;
}

type Reply = Readonly<Record<string, string>>;
const V3 = '/_matrix/client/v3';
/** A picture of one pixel. */
const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

let worlds = 0;

/** Makes users, rooms and some of everything that can be named in a request. */
export async function makeWorld(server: TestServer): Promise<World> {
  const id = `${++worlds}`;
  const register = (body: unknown, kind = ''): Promise<Reply> => server.request('POST', `${V3}/register${kind}`, body) as Promise<Reply>;
  const account = await register({ username: `member${id}`, password: 'secret', auth: { type: 'm.login.dummy' }, refresh_token: true });
  const guest = await register({}, '?kind=guest');
  const [admin, stranger] = [await server.user(`admin${id}`, { admin: true }), await server.user(`stranger${id}`)];
  const token = account['access_token'] ?? '';
  const ask = (method: string, path: string, body?: unknown): Promise<Reply> => requestJson(server.url, method, path, body, token) as Promise<Reply>;
  const me = encodeURIComponent(account['user_id'] ?? '');

  const room = (await ask('POST', `${V3}/createRoom`, roomRequest(id)))['room_id'] ?? '';
  const roomPath = `${V3}/rooms/${encodeURIComponent(room)}`;
  await admin.join(room);
  await requestJson(server.url, 'POST', `${roomPath}/join`, {}, guest['access_token']);
  const message = async (content: object): Promise<string> =>
    (await ask('PUT', `${roomPath}/send/m.room.message/${createHash('sha256').update(JSON.stringify(content)).digest('hex')}`, content))[
      'event_id'
    ] ?? '';
  const eventId = await message({ msgtype: 'm.text', body: 'hello world' });
  const inThread = await message({ msgtype: 'm.text', body: 're', 'm.relates_to': { rel_type: 'm.thread', event_id: eventId } });
  const space = (await ask('POST', `${V3}/createRoom`, { preset: 'public_chat', creation_content: { type: 'm.space' } }))['room_id'] ?? '';
  await ask('PUT', `${V3}/rooms/${encodeURIComponent(space)}/state/m.space.child/${encodeURIComponent(room)}`, { via: ['localhost'] });
  const closed = await admin.createRoom({ initial_state: [{ type: 'm.room.join_rules', content: { join_rule: 'knock' } }] });
  const media = await admin.upload(PIXEL, 'image/png');
  const since = (await ask('GET', `${V3}/sync`))['next_batch'] ?? '';
  const filterId = (await ask('POST', `${V3}/user/${me}/filter`, {}))['filter_id'] ?? '';
  const version =
    (await ask('POST', `${V3}/room_keys/version`, { algorithm: 'm.megolm_backup.v1.curve25519-aes-sha2', auth_data: {} }))['version'] ?? '';
  const keyData = { first_message_index: 0, forwarded_count: 0, is_verified: false, session_data: {} };
  await ask('PUT', `${V3}/room_keys/keys/${encodeURIComponent(room)}/session?version=${version}`, keyData);
  await ask('PUT', `${V3}/pushrules/global/content/mine`, { actions: ['notify'], pattern: 'a*b' });
  await ask('PUT', `${V3}/user/${me}/account_data/org.example.type`, { a: 1 });
  await ask('PUT', `${V3}/user/${me}/rooms/${encodeURIComponent(room)}/account_data/org.example.type`, { a: 1 });
  await ask('PUT', `${V3}/user/${me}/rooms/${encodeURIComponent(room)}/tags/u.tag`, { order: 0.5 });
  await ask('PUT', `${V3}/profile/${me}/displayname`, { displayname: 'Member' });
  const { token: registration } = (await admin.request('POST', '/_synapse/admin/v1/registration_tokens/new', {})) as { token: string };

  const users = [account['user_id'] ?? '', admin.userId, stranger.userId, guest['user_id'] ?? '', '@nobody:localhost', '@far:away.invalid'];
  const tokens = { nobody: undefined, admin: admin.accessToken, member: token, stranger: stranger.accessToken, guest: guest['access_token'] };
  return {
    tokens,
    known: {
      ...FIXED,
      ...identifiersOf(users, [room, space, closed, '!nowhere:localhost'], [eventId, inThread, '$nothing'], `#alias${id}:localhost`),
      ...positionsOf(since),
      username: users.map((each) => each.slice(1).split(':')[0] ?? ''),
      user: users,
      deviceId: [account['device_id'] ?? '', 'NOTHING'],
      device_id: [account['device_id'] ?? '', 'NOTHING'],
      filterId: [filterId, '0', '99'],
      filter: [
        '{}',
        filterId,
        '{"limit":0}',
        '{"limit":1,"types":["m.*"]}',
        '{"room":{"timeline":{"limit":1}}}',
        '{"event_fields":["content.body"]}',
      ],
      mediaId: [media.split('/').at(-1) ?? ''],
      avatar_url: [media],
      url: [media, 'http://127.0.0.1:1/', 'http://a.invalid/'],
      version: [version, '99'],
      token: [registration, 'token'],
      refresh_token: [account['refresh_token'] ?? ''],
    },
  };
}

const roomRequest = (id: string): object => ({
  preset: 'public_chat',
  room_alias_name: `alias${id}`,
  visibility: 'public',
  initial_state: [
    { type: 'm.room.guest_access', content: { guest_access: 'can_join' } },
    { type: 'm.room.name', content: { name: 'hello' } },
  ],
});

function identifiersOf(users: readonly string[], rooms: readonly string[], events: readonly string[], alias: string): Known {
  return {
    userId: users,
    user_id: users,
    userid: users,
    senders: users,
    not_senders: users,
    user_ids: users,
    invite: users.slice(1),
    roomId: rooms,
    room_id: rooms,
    rooms,
    not_rooms: rooms,
    replacement_room: rooms,
    roomIdOrAlias: [...rooms, alias],
    roomAlias: [alias, '#nothing:localhost', '#new:localhost'],
    alias: [alias],
    alt_aliases: [alias],
    eventId: events,
    event_id: events,
    redacts: events,
    'm.read': events,
    'm.fully_read': events,
    thread_id: ['main', ...events],
    stateKey: ['', ...users, ...rooms],
    ruleId: ['mine', '.m.rule.master', ...rooms, ...users],
  };
}

/** Tokens of one endpoint where another wants its own, whole and in pieces. */
function positionsOf(since: string): Known {
  const tokens = [since, ...since.split(/[_~,.]/).slice(0, 2), '0', 's0', 't1', '-1', 's99999999999999999999'];
  return { since: tokens, from: tokens, to: tokens, next_batch: tokens, before: tokens, after: tokens };
}

const FIXED: Known = {
  eventType: [...Object.keys(CONTENTS), 'org.example.type'],
  types: ['m.room.message', 'm.*', '*', ...Object.keys(CONTENTS)],
  kind: ['content', 'room', 'sender', 'override', 'underride'],
  attr: ['enabled', 'actions'],
  relType: ['m.thread', 'm.annotation', 'm.replace', 'm.reference'],
  receiptType: ['m.read', 'm.read.private', 'm.fully_read'],
  keyName: ['displayname', 'avatar_url', 'm.tz', 'org.example'],
  tag: ['u.tag', 'm.favourite'],
  serverName: ['localhost', 'away.invalid'],
  fileName: ['a.txt'],
  sessionId: ['session', 'other'],
  new_version: ['11', '12', '10', '1', '99'],
  authType: ['m.login.dummy', 'm.login.recaptcha', 'm.login.terms', 'm.login.registration_token'],
  presence: ['online', 'offline', 'unavailable'],
  via: ['localhost', 'away.invalid'],
  server: ['localhost', 'away.invalid'],
  id_server: ['127.0.0.1:1', 'a.invalid'],
  search_term: ['hello', 'hello world', 'é'],
  medium: ['email', 'msisdn'],
  address: ['a@a.invalid', '+4912345'],
  pushkey: ['key'],
  email: ['a@example.org', 'b@example.org'],
  client_secret: ['hush'],
  sid: ['session'],
  password: ['secret'],
  algorithm: ['m.megolm_backup.v1.curve25519-aes-sha2'],
};
