import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boot, expectError, type TestServer, type TestUser } from 'plexus/testing';

type Json = Record<string, unknown>;
interface Asked {
  readonly callback: string;
  readonly body: Json;
}

const BASE = '/_antispam/!room:localhost';
const TOKEN = 'a secret';
/** The keys of every request, which a strict server wants to see and no others. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  user_may_invite: ['invitee', 'inviter', 'room_id'],
  user_may_join_room: ['is_invited', 'room', 'user'],
  user_may_send_3pid_invite: ['address', 'inviter', 'medium', 'room_id'],
  user_may_create_room: ['user_id'],
  user_may_create_room_alias: ['room_alias', 'user_id'],
  user_may_publish_room: ['room_id', 'user_id'],
  check_username_for_spam: ['requester_id', 'user_profile'],
  check_login_for_spam: ['auth_provider_id', 'device_id', 'initial_display_name', 'request_info', 'user_id'],
  check_event_for_spam: ['event'],
  ping: ['id'],
};

/** An antispam server that takes nothing but what the protocol says, and answers as a test wants. */
class StrictAntispamServer {
  readonly asked: Asked[] = [];
  readonly complaints: string[] = [];
  answers: (asked: Asked) => readonly [status: number, body: string] | 'nothing' = () => [200, '{}'];
  readonly #server: Server = createServer((request, response) => void this.#serve(request, response));

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${BASE}`;
  }

  /** What was asked by one name. */
  bodies(callback: string): Json[] {
    return this.asked.filter((one) => one.callback === callback).map(({ body }) => body);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '', headers } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const asked = { callback: url.replace(`${BASE}/`, ''), body: JSON.parse(Buffer.concat(chunks).toString()) as Json };
    const expected = KEYS[asked.callback];
    const wrong = [
      method !== 'POST' && `method ${method}`,
      expected === undefined && `path ${url}`,
      headers['content-type'] !== 'application/json' && `content type ${headers['content-type']}`,
      headers.authorization !== `Bearer ${TOKEN}` && `authorization ${headers.authorization}`,
      expected?.join() !== Object.keys(asked.body).sort().join() && `keys ${Object.keys(asked.body).join()} of ${asked.callback}`,
    ].filter((complaint) => complaint !== false);
    this.complaints.push(...wrong);
    this.asked.push(asked);
    const answer = this.answers(asked);
    if (answer === 'nothing') return;
    const [status, body] = wrong.length > 0 ? [400, '{"errcode":"M_BAD_JSON"}'] : answer;
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  }
}

describe('plexus:http-antispam', () => {
  let antispam: StrictAntispamServer;
  let server: TestServer;
  let alice: TestUser, bob: TestUser;
  const bootWith = async (config: object, entry: object = {}): Promise<void> => {
    server = await boot({
      config: { outgoing: { allow_addresses: ['127.0.0.1'] } },
      modules: [
        {
          module: 'plexus:http-antispam',
          config: { base_url: antispam.url, ...('authorization_path' in config ? {} : { authorization: TOKEN }), ...config },
          ...entry,
        },
      ],
    });
  };
  const start = async (config: object): Promise<void> => {
    await bootWith(config);
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
  };
  beforeEach(async () => {
    antispam = await new StrictAntispamServer().start();
  });
  afterEach(async () => {
    await server.close();
    await antispam.close();
    expect(antispam.complaints.join('\n')).to.equal('');
  });
  const refuseAll = (body: object, callback?: string): void => {
    antispam.answers = (asked) => (callback === undefined || asked.callback === callback ? [403, JSON.stringify(body)] : [200, '{}']);
  };

  it('asks about everything, in the words of the protocol', async () => {
    await start({});
    const room = await alice.createRoom({ room_alias_name: 'hall', visibility: 'public' });
    expect(antispam.bodies('user_may_create_room')).to.deep.equal([{ user_id: alice.userId }]);
    expect(antispam.bodies('user_may_create_room_alias')).to.deep.equal([{ user_id: alice.userId, room_alias: '#hall:localhost' }]);
    expect(antispam.bodies('user_may_publish_room')).to.deep.equal([{ user_id: alice.userId, room_id: room }]);
    await alice.invite(room, bob);
    expect(antispam.bodies('user_may_invite')).to.deep.equal([{ inviter: alice.userId, invitee: bob.userId, room_id: room }]);
    await bob.join(room);
    expect(antispam.bodies('user_may_join_room')).to.deep.equal([{ user: bob.userId, room, is_invited: true }]);
    const eventId = await bob.send(room, 'hello');
    const { event } = antispam.bodies('check_event_for_spam').at(-1) as { event: Json };
    expect(event).to.deep.include({ event_id: eventId, room_id: room, sender: bob.userId, type: 'm.room.message' });
    expect(event).to.deep.include({ content: { msgtype: 'm.text', body: 'hello' } });
    expect(event).to.not.have.any.keys('auth_events', 'prev_events', 'hashes', 'signatures', 'depth');
    const { event: joined } = antispam.bodies('check_event_for_spam').at(-2) as { event: Json };
    expect(joined).to.include({ type: 'm.room.member', state_key: bob.userId });
    await alice.request('POST', '/_matrix/client/v3/user_directory/search', { search_term: 'bob' });
    expect(antispam.bodies('check_username_for_spam')).to.deep.equal([
      { user_profile: { user_id: bob.userId, display_name: null, avatar_url: null }, requester_id: alice.userId },
    ]);
  });

  it('asks about logins', async () => {
    await start({ enabled_callbacks: ['check_login_for_spam'] });
    const login = { type: 'm.login.password', identifier: { type: 'm.id.user', user: 'carol' }, password: 'quite-a-long-one' };
    await server.request('POST', '/_matrix/client/v3/register', { username: 'carol', password: login.password, auth: { type: 'm.login.dummy' } });
    await server.request('POST', '/_matrix/client/v3/login', { ...login, device_id: 'PHONE', initial_device_display_name: 'a phone' });
    const [{ request_info: info, ...asked } = {}] = antispam.bodies('check_login_for_spam');
    expect(asked).to.deep.equal({
      user_id: '@carol:localhost',
      device_id: 'PHONE',
      initial_display_name: 'a phone',
      auth_provider_id: null,
    });
    expect((info as string[][]).map(([, ip]) => ip)).to.deep.equal(['127.0.0.1']);
    refuseAll({ errcode: 'M_FORBIDDEN', error: 'Not on this phone' });
    expect((await expectError(server.request('POST', '/_matrix/client/v3/login', login), 403, 'M_FORBIDDEN')).body).to.include({
      error: 'Not on this phone',
    });
  });

  it('refuses in the words of the antispam server', async () => {
    await start({ enabled_callbacks: ['user_may_create_room'] });
    refuseAll({ errcode: 'M_LIMIT_EXCEEDED', error: 'Slowly', 'org.example.hint': 'wait' });
    const refused = await expectError(alice.createRoom(), 403, 'M_LIMIT_EXCEEDED');
    expect(refused.body).to.include({ error: 'Slowly', 'org.example.hint': 'wait' });
    refuseAll({ error: 'No' });
    expect((await expectError(alice.createRoom(), 403, 'M_FORBIDDEN')).body).to.include({ error: 'No' });
    refuseAll({ errcode: 'nonsense' });
    await expectError(alice.createRoom(), 403, 'M_FORBIDDEN');
    antispam.answers = () => [204, ''];
    await expectError(alice.createRoom(), 403, 'M_UNKNOWN');
  });

  it('asks only about what is enabled', async () => {
    await start({ enabled_callbacks: ['user_may_invite', 'accept_make_join', 'federated_user_may_invite'] });
    const room = await alice.createRoom({ invite: [bob.userId] });
    await bob.join(room);
    expect(antispam.asked.map(({ callback }) => callback)).to.deep.equal(['user_may_invite']);
  });

  it('tells of some things without waiting for an answer', async () => {
    await start({ enabled_callbacks: ['check_event_for_spam', 'user_may_invite'], async: { check_event_for_spam: true } });
    const room = await alice.createRoom();
    // What is told without waiting may arrive in any order.
    await server.idle();
    refuseAll({ error: 'too late' }, 'check_event_for_spam');
    const eventId = await alice.send(room, 'fine');
    await server.idle();
    expect((antispam.bodies('check_event_for_spam').at(-1) as { event: Json }).event).to.include({ event_id: eventId });
    antispam.answers = () => [500, 'no JSON'];
    await alice.send(room, 'fine, too');
    await server.idle();
  });

  it('refuses when the antispam server fails, but lets events through', async () => {
    await start({ enabled_callbacks: ['user_may_create_room', 'user_may_invite', 'check_event_for_spam'], fail_open: { user_may_invite: true } });
    const room = await alice.createRoom();
    for (const answer of [
      [502, '<html>Bad gateway</html>'],
      [200, 'not JSON'],
      [403, '"no object"'],
    ] as const) {
      antispam.answers = () => answer;
      await expectError(alice.createRoom(), 403, 'M_UNKNOWN');
      await alice.send(room, 'still here');
    }
    await alice.invite(room, bob);
  });

  it('may be told to let nothing through unseen, and gives up waiting in time', async () => {
    await start({
      enabled_callbacks: ['check_event_for_spam', 'user_may_create_room'],
      fail_open: { check_event_for_spam: false, user_may_create_room: true },
      timeout: '50ms',
    });
    const room = await alice.createRoom();
    antispam.answers = () => 'nothing';
    await expectError(alice.send(room, 'hello'), 403, 'M_UNKNOWN');
    antispam.answers = ({ callback }) => (callback === 'user_may_create_room' ? 'nothing' : [200, '{}']);
    await alice.createRoom();
  });

  it('asks nobody at a private address that the configuration does not allow', async () => {
    server = await boot({
      modules: [{ module: 'plexus:http-antispam', config: { base_url: antispam.url, enabled_callbacks: ['user_may_create_room'] } }],
    });
    alice = await server.user('alice');
    await expectError(alice.createRoom(), 403, 'M_UNKNOWN');
    expect(antispam.asked).to.deep.equal([]);
  });

  it('reads the token from a file, and pings until it is answered', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plexus-antispam-'));
    writeFileSync(join(folder, 'token'), `${TOKEN}\n`);
    antispam.answers = ({ body }) => [200, JSON.stringify({ id: antispam.asked.length === 1 ? 'another' : body['id'], status: 'ok' })];
    const config = { base_url: `${antispam.url}/`, authorization_path: join(folder, 'token'), do_ping: true, enabled_callbacks: [] };
    server = await boot({
      clock: 'fake',
      config: { outgoing: { allow_addresses: ['127.0.0.1'] } },
      modules: [{ module: 'plexus:http-antispam', config }],
    });
    for (const pings of [1, 2, 2]) {
      await server.idle();
      expect(antispam.bodies('ping')).to.have.length(pings);
      await server.advance(5_000);
    }
    rmSync(folder, { recursive: true });
  });

  it('refuses a configuration that it does not understand', async () => {
    const problem = async (config: object): Promise<string> => String(await bootWith(config).catch((reason: unknown) => reason));
    expect(await problem({ base_url: 'ftp://x' })).to.match(/modules\[0\]\.config\.base_url: .*https?:/);
    expect(await problem({ enabled_callbacks: ['user_may_sing'] })).to.match(/modules\[0\]\.config\.enabled_callbacks/);
    expect(await problem({ async: { user_may_invit: true } })).to.match(/async\.user_may_invit: .*did you mean user_may_invite\?/);
    expect(await problem({ authorization_path: '/nowhere/token' })).to.match(/config\.authorization_path: .*cannot be read/);
    await bootWith({});
  });
});
