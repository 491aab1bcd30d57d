import { expect } from 'chai';
import type { JsonObject } from '../../src/core/json.ts';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { CrossSigner, logIn, PASSWORD, registerWithPassword, SigningDevice } from './encryption-device.ts';
import { v3 } from './v3.ts';

/** A public Curve25519 key, as clients name these devices: base64 that means something in paths. */
const ID = 'Wgfm/7Ve+oY/0a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5';
const PATH = '/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device';
const DATA = { algorithm: 'org.matrix.msc3814.v2', device_pickle: 'secret', nonce: 'n' };

interface Messages {
  readonly events: readonly { readonly content: Json }[];
  readonly next_batch?: string;
}

describe('dehydrated devices', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  beforeEach(async () => {
    server = await boot();
    alice = await registerWithPassword(server, 'alice', 'ALICE1');
    bob = await server.user('bob');
  });
  afterEach(() => server.close());

  const bodyOf = (user: TestUser, deviceId: string): JsonObject => {
    const device = new SigningDevice(user, deviceId);
    return {
      device_id: deviceId,
      device_data: DATA,
      initial_device_display_name: 'Dehydrated device',
      device_keys: device.sign({ ...device.deviceKeys, dehydrated: true }),
      one_time_keys: device.oneTimeKeys('A', 'B'),
      fallback_keys: { 'signed_curve25519:F': device.sign({ key: 'fallback', fallback: true }) },
    };
  };
  const put = (user = alice, deviceId = ID, more: Json = {}): Promise<Json> => user.request('PUT', PATH, { ...bodyOf(user, deviceId), ...more });
  const send = (n: number): Promise<Json> =>
    bob.request('PUT', v3('sendToDevice', 'm.test', `t${n}`), { messages: { [alice.userId]: { [ID]: { n } } } });
  const eventsPath = (deviceId = ID): string => `${PATH}/${encodeURIComponent(deviceId)}/events`;
  const numbersIn = (reply: Messages): unknown[] => reply.events.map(({ content }) => content['n']);
  const devicesOf = async (user: TestUser): Promise<Record<string, Json>> => {
    const reply = await bob.request('POST', v3('keys', 'query'), { device_keys: { [user.userId]: [] } });
    return (reply['device_keys'] as Record<string, Record<string, Json>>)[user.userId] ?? {};
  };
  const gone = (): Promise<Error> => expectError(alice.request('GET', PATH), 404, 'M_NOT_FOUND');

  it('are announced as a feature, and there is none at first', async () => {
    const { unstable_features: features } = (await server.request('GET', '/_matrix/client/versions')) as { unstable_features: Json };
    expect(features['org.matrix.msc3814.v1']).to.equal(true);
    await gone();
    await expectError(alice.request('DELETE', PATH), 404, 'M_NOT_FOUND');
  });

  it('are given back to their user, and to nobody else', async () => {
    expect(await put()).to.deep.equal({ device_id: ID });
    expect(await alice.request('GET', PATH)).to.deep.equal({ device_id: ID, device_data: DATA });
    await expectError(bob.request('GET', PATH), 404, 'M_NOT_FOUND');
    await expectError(bob.request('GET', eventsPath()), 403, 'M_FORBIDDEN');
    await expectError(alice.request('GET', eventsPath('ALICE1')), 403, 'M_FORBIDDEN');
    await expectError(alice.request('POST', eventsPath('ALICE1'), {}), 403, 'M_FORBIDDEN');
  });

  it('are among the devices of the user with their keys, and others hear of them', async () => {
    const room = await alice.createRoom({ preset: 'public_chat' });
    await bob.join(room);
    const { next_batch: since } = await bob.sync();
    const waiting = bob.sync({ since, timeout: '10000' });
    await put();
    expect((await waiting)['device_lists']).to.deep.include({ changed: [alice.userId] });
    const { [ID]: keys } = await devicesOf(alice);
    expect(keys).to.deep.include({ dehydrated: true, device_id: ID, unsigned: { device_display_name: 'Dehydrated device' } });
    expect(await alice.request('GET', v3('devices', ID))).to.deep.equal({ device_id: ID, display_name: 'Dehydrated device' });

    const claim = async (): Promise<string[]> => {
      const wanted = { one_time_keys: { [alice.userId]: { [ID]: 'signed_curve25519' } } };
      const reply = (await bob.request('POST', v3('keys', 'claim'), wanted)) as { one_time_keys: Record<string, Record<string, Json>> };
      return Object.keys(reply.one_time_keys[alice.userId]![ID]!);
    };
    expect([await claim(), await claim(), await claim(), await claim()].flat()).to.deep.equal([
      'signed_curve25519:A',
      'signed_curve25519:B',
      'signed_curve25519:F',
      'signed_curve25519:F',
    ]);
  });

  it('collect messages, which can be read in pages as often as one likes', async () => {
    await put();
    for (let n = 0; n < 105; n++) await send(n);
    for (let round = 0; round < 2; round++) {
      const first = (await alice.request('GET', eventsPath())) as unknown as Messages;
      expect(first.events[0]).to.deep.equal({ sender: bob.userId, type: 'm.test', content: { n: 0 } });
      const last = (await alice.request('GET', `${eventsPath()}?from=${first.next_batch}`)) as unknown as Messages;
      expect([...numbersIn(first), ...numbersIn(last)]).to.deep.equal(Array.from({ length: 105 }, (_, n) => n));
      expect(first.events).to.have.length(100);
      expect(last).not.to.have.property('next_batch');
    }
    await expectError(alice.request('GET', `${eventsPath()}?from=nonsense`), 400, 'M_INVALID_PARAM');
  });

  it('give their messages to clients of the earlier proposal until a page is empty', async () => {
    await put();
    for (let n = 0; n < 3; n++) await send(n);
    const first = (await alice.request('POST', eventsPath(), {})) as unknown as Messages;
    expect(numbersIn(first)).to.deep.equal([0, 1, 2]);
    const second = (await alice.request('POST', eventsPath(), { next_batch: first.next_batch })) as unknown as Messages;
    expect(second).to.deep.equal({ events: [], next_batch: first.next_batch });
  });

  it('take the place of the one before, with all that was its own', async () => {
    await put();
    await send(1);
    await put();
    expect(numbersIn((await alice.request('GET', eventsPath())) as unknown as Messages)).to.deep.equal([]);
    await put(alice, 'another');
    expect(Object.keys(await devicesOf(alice))).to.deep.equal(['another']);
    await expectError(alice.request('GET', v3('devices', ID)), 404, 'M_NOT_FOUND');
  });

  const auth = { type: 'm.login.password', identifier: { type: 'm.id.user', user: 'alice' }, password: PASSWORD };
  const ends: Readonly<Record<string, () => Promise<unknown>>> = {
    'by their own endpoint': async () => expect(await alice.request('DELETE', PATH)).to.deep.equal({ device_id: ID }),
    'as any other device': () => alice.request('DELETE', v3('devices', ID), { auth }),
    'among other devices': () => alice.request('POST', v3('delete_devices'), { devices: [ID], auth }),
    'with all others on logging out everywhere': async () => {
      await alice.request('POST', v3('logout', 'all'));
      alice = await logIn(server, 'alice', 'ALICE1');
    },
  };
  for (const [how, end] of Object.entries(ends)) {
    it(`are deleted with their keys ${how}`, async () => {
      await put();
      await send(1);
      await end();
      await gone();
      expect(await devicesOf(alice)).to.deep.equal({});
      await put();
      expect(numbersIn((await alice.request('GET', eventsPath())) as unknown as Messages)).to.deep.equal([]);
    });
  }

  it('stay when another device logs out', async () => {
    const phone = await logIn(server, 'alice', 'ALICE2');
    await put(phone);
    await phone.request('POST', v3('logout'));
    expect(await alice.request('GET', PATH)).to.deep.include({ device_id: ID });
  });

  it('are no devices to log in with, nor take the place of one', async () => {
    await put();
    await expectError(logIn(server, 'alice', ID), 403, 'M_FORBIDDEN');
    await expectError(put(alice, 'ALICE1'), 403, 'M_FORBIDDEN');
    const master = new CrossSigner(alice, 'master');
    await alice.request('POST', v3('keys', 'device_signing', 'upload'), { master_key: master.unsigned as Json });
    await expectError(put(alice, master.publicKey), 403, 'M_FORBIDDEN');
    // Whoever is refused keeps what there was.
    expect(await alice.request('GET', PATH)).to.deep.include({ device_id: ID });
  });

  it('need keys of their own, and have bounds', async () => {
    await expectError(put(alice, ID, { device_keys: undefined }), 400, 'M_BAD_JSON');
    await expectError(put(alice, ID, { device_data: { nonce: 'n' } }), 400, 'M_BAD_JSON');
    await expectError(put(alice, ID, { device_id: 'other' }), 400, 'M_INVALID_PARAM');
    await expectError(put(alice, 'x'.repeat(256)), 400, 'M_INVALID_PARAM');
    await expectError(put(alice, ID, { device_data: { algorithm: 'x', text: 'x'.repeat(66_000) } }), 413, 'M_TOO_LARGE');
    await expectError(put(alice, ID, { initial_device_display_name: 'x'.repeat(257) }), 400, 'M_INVALID_PARAM');
    await gone();
  });
});
