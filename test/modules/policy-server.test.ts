import { expect } from 'chai';
import type { JsonObject } from '../../src/core/json.ts';
import { createSigningKey, generateSeed } from '../../src/core/signatures.ts';
import { SERVER_ITSELF } from '../../src/kernel/requester.ts';
import { execute, type Work } from '../../src/kernel/work.ts';
import { runModuleWork } from '../../src/operations/modules/run-module-work.ts';
import type { ModuleEvent } from '../../src/modules/public.ts';
import { boot, expectError, type BootOptions, type TestServer, type TestUser } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { TestPolicyServer } from '../support/policy-server.ts';
import { publishedKeys } from '../support/signed-request.ts';
import { moduleWith } from './module-with.ts';

const NAME = 'localhost';
const POLICY = 'm.room.policy';

describe('plexus:policy-server', () => {
  let policyServer: TestPolicyServer, server: TestServer, alice: TestUser, bot: TestUser, room: string;
  /** What was stored, in order. */
  let stored: ModuleEvent[];

  /** A server with a policy server beside it, which goes by the same name: what it would be in a room of several servers. */
  async function start(config: object = {}, options: BootOptions = {}, name = NAME): Promise<void> {
    const keys = async (): Promise<Readonly<Record<string, string>>> => publishedKeys(await server.request('GET', '/_matrix/key/v2/server'));
    policyServer = await TestPolicyServer.start({ name, origin: NAME, keys });
    const watching = moduleWith((api) => api.registerThirdPartyRulesCallbacks({ on_new_event: (event) => void stored.push(event) }));
    stored = [];
    server = await boot({
      port: 'none',
      config: { outgoing: { allow_addresses: ['127.0.0.1'] } },
      modules: [{ module: 'plexus:policy-server', config: { base_urls: { [name]: policyServer.url }, ...config } }, { module: watching }],
      ...options,
    });
    [alice, bot] = [await server.user('alice'), await server.user('bot')];
  }
  /** A room that has chosen the policy server, which is in it. */
  async function inRoom(version = '12'): Promise<void> {
    policyServer.version = version;
    room = await alice.createRoom({ preset: 'public_chat', room_version: version });
    await bot.join(room);
    await choose();
    expect(policyServer.asked).to.deep.equal([]);
    stored = [];
  }
  afterEach(async () => {
    await server.close();
    await policyServer.close();
  });

  const choose = (content: Json = { via: NAME, public_keys: { ed25519: policyServer.key.publicKey } }): Promise<unknown> =>
    alice.setState(room, POLICY, content);
  const bodies = (): readonly unknown[] => stored.map(({ content }) => content['body']);
  const typesAsked = (): readonly unknown[] => policyServer.asked.map(({ type }) => type);
  const areSigned = (): readonly boolean[] => stored.map((event) => policyServer.hasSigned(event.getDict()));

  describe('which events are signed', () => {
    it('all in a room with a policy server: messages, state, memberships, redactions', async () => {
      await start();
      await inRoom();
      const carol = await server.user('carol');
      const event = await alice.send(room, 'hi');
      await alice.setState(room, 'm.room.topic', { topic: 'x' });
      await alice.redact(room, event);
      await carol.join(room);
      await alice.kick(room, carol);
      expect(typesAsked()).to.deep.equal(['m.room.message', 'm.room.topic', 'm.room.redaction', 'm.room.member', 'm.room.member']);
      expect(areSigned()).to.deep.equal([true, true, true, true, true]);
    });

    it('all but the one that chooses the policy server, though those that are only called so', async () => {
      await start();
      await inRoom();
      await alice.setState(room, POLICY, { via: 'x' }, 'another key');
      await alice.sendEvent(room, POLICY, { via: 'x' });
      expect(areSigned()).to.deep.equal([true, true]);
      await choose({});
      await alice.send(room, 'free');
      expect(policyServer.asked).to.have.length(2);
    });

    it('in rooms of every format of events', async () => {
      await start();
      for (const version of ['1', '3', '11', '12']) {
        await inRoom(version);
        await alice.send(room, 'hi');
        expect(areSigned(), version).to.deep.equal([true]);
        policyServer.asked.length = 0;
      }
    });

    it('none where what the room says is not valid', async () => {
      await start();
      await inRoom();
      const { publicKey } = policyServer.key;
      const invalid: readonly Json[] = [
        { via: NAME },
        { via: NAME, public_keys: publicKey },
        { via: NAME, public_keys: {} },
        { via: NAME, public_keys: { ed25519: 1 } },
        { via: NAME, public_key: publicKey },
        { via: 1, public_keys: { ed25519: publicKey } },
        { via: 'no name', public_keys: { ed25519: publicKey } },
        { public_keys: { ed25519: publicKey } },
      ];
      for (const content of invalid) {
        await choose(content);
        await alice.send(room, JSON.stringify(content));
      }
      expect(policyServer.asked).to.deep.equal([]);
    });

    it('none where the policy server is not in the room, from the time that it leaves to when it comes back', async () => {
      const far = 'policy.example.org';
      await start({}, {}, far);
      const membership = (is: string): Promise<unknown> => server.run(runModuleWork, SERVER_ITSELF, { work: () => put(is) });
      // As if it came over federation.
      const put = (is: string): Work<unknown> =>
        execute(
          `insert into memberships (user_id, room_id, membership, sender, event_id, pos) values (?, ?, ?, ?, '$x', 1)
           on conflict (user_id, room_id) do update set membership = excluded.membership`,
          `@bot:${far}`,
          room,
          is,
          `@bot:${far}`,
        );
      const ban = (name: string): Promise<unknown> =>
        alice.request('POST', `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/ban`, { user_id: `@${name}:${far}` });
      room = await alice.createRoom({ preset: 'public_chat' });
      await choose({ via: far, public_keys: { ed25519: policyServer.key.publicKey } });
      await ban('other');
      await alice.send(room, 'not there yet');
      await membership('join');
      await ban('another');
      await alice.send(room, 'there');
      await membership('leave');
      await alice.send(room, 'not there any more');
      await membership('join');
      await ban('third');
      await alice.send(room, 'there again');
      expect(policyServer.asked.map(({ content }) => (content as JsonObject)['body'])).to.deep.equal(['there', 'there again']);
    });

    it('none of a new room, which the policy server cannot know yet', async () => {
      await start();
      const policy = { type: POLICY, state_key: '', content: { via: NAME, public_keys: { ed25519: policyServer.key.publicKey } } };
      room = await alice.createRoom({ initial_state: [policy], name: 'new' });
      expect(policyServer.asked).to.deep.equal([]);
      await alice.send(room, 'hi');
      expect(typesAsked()).to.deep.equal(['m.room.message']);
    });
  });

  describe('what comes of a refusal', () => {
    const replies: readonly [status: number, body: JsonObject | string, seen: [status: number, errcode: string, error: string | RegExp]][] = [
      [400, { errcode: 'M_FORBIDDEN', error: 'spam' }, [403, 'M_FORBIDDEN', 'spam']],
      [403, { errcode: 'M_FORBIDDEN', error: 'not you' }, [403, 'M_FORBIDDEN', 'not you']],
      [400, { errcode: 'M_FORBIDDEN' }, [403, 'M_FORBIDDEN', /localhost, does not let this event in/]],
      [400, { errcode: 'M_BAD_JSON', error: 'what?' }, [400, 'M_BAD_JSON', 'what?']],
      [404, { errcode: 'M_NOT_FOUND', error: 'which room?' }, [404, 'M_NOT_FOUND', 'which room?']],
      [429, { errcode: 'M_LIMIT_EXCEEDED', error: 'slowly', retry_after_ms: 7 }, [429, 'M_LIMIT_EXCEEDED', 'slowly']],
      [200, {}, [403, 'M_FORBIDDEN', /does not let this event in/]],
      [200, { [NAME]: { 'ed25519:other': 'YQ' } }, [403, 'M_FORBIDDEN', /does not let this event in/]],
      [200, { [NAME]: { 'ed25519:policy_server': 'YQ' } }, [403, 'M_FORBIDDEN', /another key/]],
      [200, 'none', [403, 'M_FORBIDDEN', /does not let this event in/]],
      // What would sign users out, or is no refusal of the event.
      [401, { errcode: 'M_UNKNOWN_TOKEN', error: 'x' }, [502, 'M_UNKNOWN', /gives no answer/]],
      [403, { errcode: 'M_USER_LOCKED', error: 'x' }, [502, 'M_UNKNOWN', /gives no answer/]],
      [404, { errcode: 'M_UNRECOGNIZED', error: 'x' }, [502, 'M_UNKNOWN', /gives no answer/]],
      [400, { errcode: 'nonsense', error: 'x' }, [502, 'M_UNKNOWN', /gives no answer/]],
      [400, 'none', [502, 'M_UNKNOWN', /gives no answer/]],
      [302, {}, [502, 'M_UNKNOWN', /gives no answer/]],
      [500, { errcode: 'M_UNKNOWN', error: 'x' }, [502, 'M_UNKNOWN', /gives no answer/]],
    ];

    it('reaches the client in the words of the policy server, and nothing is stored', async () => {
      await start();
      await inRoom();
      for (const [status, body, [seenStatus, errcode, error]] of replies) {
        policyServer.answer = () => ({ status, body });
        const refused = await expectError(alice.send(room, 'hi'), seenStatus, errcode);
        if (typeof error === 'string') expect(refused.body['error']).to.equal(error);
        else expect(refused.body['error']).to.match(error);
        if (status === 429) expect(refused.body['retry_after_ms']).to.equal(7);
      }
      expect(stored).to.deep.equal([]);
    });

    it('is what a signature of another key, or of another event, comes to', async () => {
      await start();
      await inRoom();
      policyServer.answer = (event) => policyServer.signed(event, createSigningKey('ed25519:policy_server', generateSeed()));
      await expectError(alice.send(room, 'one'), 403, 'M_FORBIDDEN');
      policyServer.answer = (event) => policyServer.signed({ ...event, depth: 1 });
      await expectError(alice.send(room, 'two'), 403, 'M_FORBIDDEN');
      await choose({ via: NAME, public_keys: { ed25519: 'no key at all' } });
      policyServer.answer = (event) => policyServer.signed(event);
      await expectError(alice.send(room, 'three'), 403, 'M_FORBIDDEN');
      expect(bodies()).to.deep.equal([undefined]);
    });
  });

  describe('a policy server that gives no answer', () => {
    it('keeps events away, and is left alone for a while; the room can do without it', async () => {
      await start({ timeout: '1s', pause: '1h' }, {});
      await inRoom();
      policyServer.answer = () => ({ body: undefined });
      const waiting = ['a', 'b', 'c'].map((body) => expectError(alice.send(room, body), 502, 'M_UNKNOWN'));
      await Promise.all(waiting);
      await expectError(alice.send(room, 'd'), 502, 'M_UNKNOWN');
      expect(policyServer.asked).to.have.length(1);
      await choose({});
      await alice.send(room, 'free');
      expect(bodies()).to.deep.equal([undefined, 'free']);
    });

    it('is asked again after the pause', async () => {
      await start({ timeout: '1s', pause: '10s' }, { clock: 'fake' });
      await inRoom();
      policyServer.answer = () => ({ body: undefined });
      await expectError(alice.send(room, 'lost'), 502, 'M_UNKNOWN');
      policyServer.answer = (event) => policyServer.signed(event);
      await server.advance(9_999);
      await expectError(alice.send(room, 'too early'), 502, 'M_UNKNOWN');
      await server.advance(1);
      await alice.send(room, 'there again');
      expect(bodies()).to.deep.equal(['there again']);
    });

    it('need not be there at all', async () => {
      await start();
      await inRoom();
      await policyServer.close();
      await expectError(alice.send(room, 'hi'), 502, 'M_UNKNOWN');
    });
  });

  describe('with others about', () => {
    it('signs what is sent at the same time, each event in its place and one after the other', async () => {
      await start();
      await inRoom();
      await Promise.all(['a', 'b', 'c', 'd'].map((body) => alice.send(room, body)));
      expect(bodies()).to.have.members(['a', 'b', 'c', 'd']);
      expect(areSigned()).to.not.include(false);
      expect([policyServer.asked.length, policyServer.mostAtOnce]).to.deep.equal([4, 1]);
    });

    it('has an event signed by the key that the room has by then', async () => {
      await start();
      await inRoom();
      const before = policyServer.key;
      policyServer.answer = async (event) => {
        if (policyServer.asked.length > 1) return policyServer.signed(event);
        policyServer.key = createSigningKey('ed25519:policy_server', generateSeed());
        await choose();
        return policyServer.signed(event, before);
      };
      await alice.send(room, 'hi');
      expect(policyServer.asked).to.have.length(2);
      expect(bodies()).to.deep.equal([undefined, 'hi']);
      expect(areSigned()).to.deep.equal([false, true]);
    });
  });

  it('finds the policy server by its name', async () => {
    const config = { server_name: 'policy.example.org' };
    await start({ base_urls: {} }, { config, outside: 'caught' });
    policyServer.version = '12';
    room = await alice.createRoom({ preset: 'public_chat' });
    await choose({ via: 'policy.example.org', public_keys: { ed25519: policyServer.key.publicKey } });
    const wellKnown = { method: 'GET', url: 'https://policy.example.org/.well-known/matrix/server' };
    server.outside.expect({ ...wellKnown, reply: { body: { 'm.server': 'matrix.example.org:443' } } });
    const url = 'https://matrix.example.org/_matrix/policy/v1/sign';
    server.outside.expect({ method: 'POST', url, reply: { status: 400, body: { errcode: 'M_FORBIDDEN', error: 'spam' } } });
    await expectError(alice.send(room, 'hi'), 403, 'M_FORBIDDEN');
    const [, asked] = server.outside.requests;
    expect(asked?.headers.get('host')).to.equal('matrix.example.org:443');
    expect(asked?.headers.get('authorization')).to.contain('destination="policy.example.org"');
  });

  it('refuses a configuration that it does not understand', async () => {
    await start();
    const problem = async (config: object): Promise<string> =>
      String(await boot({ modules: [{ module: 'plexus:policy-server', config }] }).catch((reason: unknown) => reason));
    expect(await problem({ base_urls: { 'example.org': 'example.org' } })).to.match(/config\.base_urls\["example\.org"\]: .*http:/);
    expect(await problem({ timeout: 'soon' })).to.match(/config\.timeout: .*duration/);
    expect(await problem({ pauses: '1s' })).to.contain('did you mean pause?');
  });
});
