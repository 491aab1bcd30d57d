import { expect } from 'chai';
import { ENDPOINTS } from '../../src/api/endpoints.ts';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { requestJson } from '../../src/testing/request.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { nameInSpecification, readSpecification } from '../support/specified-replies.ts';
import { byPassword, clientOf } from './client.ts';
import { SigningDevice } from './encryption-device.ts';
import { v3 } from './v3.ts';

const V1 = '/_matrix/client/v1';
/** What the specification has and this server has not yet: app services and OAuth; the last is for policy servers alone. */
const LATER: readonly string[] = [
  'POST /_matrix/client/v1/appservice/{}/ping',
  'PUT /_matrix/client/v3/directory/list/appservice/{}/{}',
  'GET /_matrix/client/v1/auth_metadata',
  'GET /.well-known/matrix/policy_server',
];

type Probe = () => Promise<unknown>;

describe('what the server announces', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  let room: string;
  let eventId: string;
  before(async () => {
    server = await boot();
    [alice, bob] = [await server.user('alice', { admin: true }), await server.user('bob')];
    room = await alice.createRoom({ preset: 'public_chat' });
    await bob.join(room);
    eventId = await alice.send(room, 'hello');
  });
  after(() => server.close());

  const inRoom = (...rest: string[]): string => `${V1}/rooms/${[room, ...rest].map(encodeURIComponent).join('/')}`;
  const relate = (relType: string): Promise<string> =>
    bob.send(room, { msgtype: 'm.text', body: relType, 'm.relates_to': { rel_type: relType, event_id: eventId } });
  const rules = async (): Promise<string> => JSON.stringify(await alice.request('GET', v3('pushrules', '')));

  /** For each version of the specification something that it brought. */
  const OF_VERSION: Readonly<Record<string, Probe>> = {
    'v1.1': async () => {
      const content = { join_rule: 'knock' };
      const closed = await alice.createRoom({ initial_state: [{ type: 'm.room.join_rules', state_key: '', content }] });
      expect(await bob.request('POST', v3('knock', closed), {})).to.deep.equal({ room_id: closed });
    },
    'v1.2': async () => expect((await alice.request('GET', inRoom('hierarchy')))['rooms']).to.have.length(1),
    'v1.3': async () => {
      const client = clientOf(() => server);
      await client.register('carol');
      const { refresh_token: token } = await client.logIn('carol', undefined, { refresh_token: true });
      expect(await client.post('/refresh', { refresh_token: token })).to.have.property('access_token');
    },
    'v1.4': async () => {
      await relate('m.thread');
      expect((await alice.request('GET', inRoom('threads')))['chunk']).to.have.length(1);
    },
    'v1.5': async () => {
      const reference = await relate('m.reference');
      const { unsigned } = await alice.request('GET', v3('rooms', room, 'event', eventId));
      expect(unsigned).to.have.deep.nested.property('m\\.relations.m\\.reference', { chunk: [{ event_id: reference }] });
    },
    'v1.6': async () => expect(await alice.request('GET', inRoom('timestamp_to_event') + '?ts=1&dir=f')).to.have.property('event_id'),
    'v1.7': async () => expect(await alice.request('POST', '/_matrix/media/v1/create', {})).to.have.property('content_uri'),
    'v1.8': async () => {
      const stranger = await server.user('stranger');
      await expectError(stranger.request('POST', v3('rooms', room, 'report', eventId), {}), 404, 'M_NOT_FOUND');
    },
    'v1.9': async () => expect(await rules()).to.include('.m.rule.suppress_edits'),
    'v1.10': async () => expect(await alice.request('GET', inRoom('relations', eventId) + '?recurse=true')).to.have.property('recursion_depth'),
    'v1.11': async () => expect(await alice.request('GET', `${V1}/media/config`)).to.have.property('m.upload.size'),
    'v1.12': async () => {
      const locked = await server.user('locked');
      await alice.request('PUT', `${V1}/admin/lock/${encodeURIComponent(locked.userId)}`, { locked: true });
      const refusal = await expectError(locked.request('GET', v3('account', 'whoami')), 401, 'M_USER_LOCKED');
      expect(refusal.body).to.include({ soft_logout: true });
    },
    'v1.13': () => bob.request('POST', v3('rooms', room, 'report'), { reason: 'noise' }),
    'v1.14': () => bob.request('POST', v3('users', alice.userId, 'report'), { reason: 'noise' }),
    'v1.15': async () => expect(await bob.request('GET', `${V1}/room_summary/${encodeURIComponent(room)}`)).to.include({ room_id: room }),
    'v1.16': async () => {
      await bob.request('PUT', v3('profile', bob.userId, 'm.tz'), { 'm.tz': 'Europe/Rome' });
      await bob.request('DELETE', v3('profile', bob.userId, 'm.tz'));
    },
    'v1.17': async () => expect(await rules()).to.not.match(/contains_display_name|contains_user_name|\.m\.rule\.roomnotif/),
    'v1.18': async () => {
      const said = await alice.send(room, 'to be taken back');
      const redaction = await alice.sendEvent(room, 'm.room.redaction', { redacts: said });
      const { unsigned } = await bob.request('GET', v3('rooms', room, 'event', said));
      expect(unsigned).to.have.nested.property('redacted_because.event_id', redaction);
    },
    'v1.19': async () => {
      expect(await alice.request('GET', `${V1}/mutual_rooms?user_id=${encodeURIComponent(bob.userId)}`)).to.deep.include({ joined: [room] });
    },
  };

  const OF_FEATURE: Readonly<Record<string, Probe>> = {
    'org.matrix.msc3814.v1': async () => {
      const path = '/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device';
      const device = new SigningDevice(bob, 'ASLEEP');
      const keys = device.sign({ ...device.deviceKeys, dehydrated: true });
      await bob.request('PUT', path, { device_id: 'ASLEEP', device_data: { algorithm: 'org.matrix.msc3814.v2' }, device_keys: keys });
      expect(await bob.request('GET', path)).to.include({ device_id: 'ASLEEP' });
      await bob.request('DELETE', path);
    },
    'uk.half-shot.msc2666.query_mutual_rooms': async () => {
      const path = `/_matrix/client/unstable/uk.half-shot.msc2666/user/mutual_rooms?user_id=${encodeURIComponent(bob.userId)}`;
      expect(await alice.request('GET', path)).to.deep.include({ joined: [room] });
    },
    'uk.tcpip.msc4133': async () => {
      const path = `/_matrix/client/unstable/uk.tcpip.msc4133/profile/${alice.userId}`;
      await alice.request('PUT', `${path}/org.example.pet`, { 'org.example.pet': 'cat' });
      for (const each of [path, `${path}/org.example.pet`]) expect(await alice.request('GET', each)).to.deep.equal({ 'org.example.pet': 'cat' });
      await alice.request('DELETE', `${path}/org.example.pet`);
      expect(await alice.request('GET', path)).to.deep.equal({});
    },
    'uk.tcpip.msc4133.stable': async () => {
      const path = v3('profile', alice.userId, 'org.example.pet');
      await alice.request('PUT', path, { 'org.example.pet': 'dog' });
      expect(await bob.request('GET', path)).to.deep.equal({ 'org.example.pet': 'dog' });
      await alice.request('DELETE', path);
    },
  };

  it('are the versions of the specification from the first that clients still use', async () => {
    const { versions } = (await server.request('GET', '/_matrix/client/versions')) as { versions: string[] };
    expect(versions.filter((version) => version.startsWith('v'))).to.deep.equal(Object.keys(OF_VERSION));
    expect(versions.filter((version) => !version.startsWith('v'))).to.deep.equal(
      ['0.0.1', '0.1.0', '0.2.0', '0.3.0', '0.4.0', '0.5.0', '0.6.0', '0.6.1'].map((version) => `r${version}`),
    );
    expect(await alice.request('GET', '/_matrix/client/r0/account/whoami'), 'as in r0').to.include({ user_id: alice.userId });
  });

  for (const [version, probe] of Object.entries(OF_VERSION)) it(`works: ${version}`, async () => void (await probe()));

  it('are no features but those that are tried here', async () => {
    const { unstable_features: features } = (await server.request('GET', '/_matrix/client/versions')) as { unstable_features: object };
    expect(features).to.deep.equal(Object.fromEntries(Object.keys(OF_FEATURE).map((name) => [name, true])));
  });

  for (const [feature, probe] of Object.entries(OF_FEATURE)) it(`works: ${feature}`, async () => void (await probe()));

  it('has every operation of these versions, save a few', function () {
    const specification = readSpecification();
    if (specification === undefined) return this.skip();
    const served = new Set(ENDPOINTS.map(nameInSpecification));
    expect([...specification.keys()].filter((name) => !served.has(name))).to.have.members(LATER);
  });

  describe('as capabilities', () => {
    const capabilitiesOf = async (user: TestUser): Promise<Json> => (await user.request('GET', v3('capabilities')))['capabilities'] as Json;

    const OF_CAPABILITY: Readonly<Record<string, (capability: Json) => Promise<unknown>>> = {
      'm.change_password': async (capability) => {
        expect(capability, 'the kit gives no passwords').to.deep.equal({ enabled: false });
        const client = clientOf(() => server);
        const { access_token: token } = await client.register('dave');
        const { capabilities } = await client.as(token, 'GET', '/capabilities');
        expect(capabilities).to.deep.include({ 'm.change_password': { enabled: true } });
        await client.as(token, 'POST', '/account/password', { new_password: 'another one', auth: byPassword('dave') });
        await client.logIn('dave', 'another one');
      },
      'm.get_login_token': async (capability) => {
        expect(capability).to.deep.equal({ enabled: false });
        const client = clientOf(() => server);
        const { access_token: token } = await client.register('erin');
        const { capabilities } = await client.as(token, 'GET', '/capabilities');
        expect(capabilities).to.deep.include({ 'm.get_login_token': { enabled: true } });
        const reply = (await requestJson(server.url, 'POST', `${V1}/login/get_token`, { auth: byPassword('erin') }, String(token))) as Json;
        await client.post('/login', { type: 'm.login.token', token: reply['login_token'] });
      },
      'm.room_versions': async (capability) => {
        const { default: usual, available } = capability as { default: string; available: Json };
        for (const [version, stability] of Object.entries(available)) {
          expect(stability, version).to.equal('stable');
          const made = await alice.createRoom({ room_version: version });
          const create = await alice.getState(made, 'm.room.create');
          expect(create['room_version'] ?? '1').to.equal(version);
        }
        expect(await alice.getState(await alice.createRoom(), 'm.room.create')).to.include({ room_version: usual });
      },
      'm.profile_fields': async (capability) => {
        expect(capability).to.deep.equal({ enabled: true });
        await alice.request('PUT', v3('profile', alice.userId, 'm.tz'), { 'm.tz': 'Europe/Rome' });
      },
      'm.set_displayname': async (capability) => {
        expect(capability).to.deep.equal({ enabled: true });
        await alice.request('PUT', v3('profile', alice.userId, 'displayname'), { displayname: 'Alice' });
      },
      'm.set_avatar_url': async (capability) => {
        expect(capability).to.deep.equal({ enabled: true });
        await alice.request('PUT', v3('profile', alice.userId, 'avatar_url'), { avatar_url: await alice.upload('x') });
      },
      'm.3pid_changes': async (capability) => expect(capability, 'without mail there is no address to confirm').to.deep.equal({ enabled: false }),
      'm.forget_forced_upon_leave': async (capability) => {
        expect(capability).to.deep.equal({ enabled: false });
        const left = await alice.createRoom();
        await alice.leave(left);
        expect(await alice.messages(left), 'what was left is not forgotten').to.not.be.empty;
      },
      'm.account_moderation': async (capability) => {
        expect(capability).to.deep.equal({ suspend: true, lock: true });
        expect(await capabilitiesOf(bob), 'for administrators only').to.not.have.property('m.account_moderation');
        for (const [action, key] of [
          ['suspend', 'suspended'],
          ['lock', 'locked'],
        ] as const) {
          const path = `${V1}/admin/${action}/${encodeURIComponent(bob.userId)}`;
          for (const value of [true, false]) expect(await alice.request('PUT', path, { [key]: value })).to.deep.equal({ [key]: value });
        }
      },
    };

    it('are no others than those that are tried here', async () => {
      expect(await capabilitiesOf(alice)).to.have.all.keys(Object.keys(OF_CAPABILITY));
    });

    for (const [name, probe] of Object.entries(OF_CAPABILITY)) {
      it(`says the truth: ${name}`, async () => void (await probe((await capabilitiesOf(alice))[name] as Json)));
    }
  });
});
