import { expect } from 'chai';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { logIn, registerWithPassword, SigningDevice } from './encryption-device.ts';

type Json = Record<string, unknown>;
const UPLOAD = '/_matrix/client/v3/keys/upload';

const query = (user: TestUser, devices: Record<string, string[]>): Promise<Json> =>
  user.request('POST', '/_matrix/client/v3/keys/query', { device_keys: devices });
const claim = async (user: TestUser, wanted: Record<string, Record<string, string>>): Promise<Record<string, Record<string, Json>>> =>
  (await user.request('POST', '/_matrix/client/v3/keys/claim', { one_time_keys: wanted }))['one_time_keys'] as Record<string, Record<string, Json>>;

describe('device keys', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  beforeEach(async () => {
    server = await boot();
    alice = await registerWithPassword(server, 'alice', 'ALICE1');
    bob = await server.user('bob');
  });
  afterEach(() => server.close());

  it('are told as they were uploaded, with the name of the device', async () => {
    const first = new SigningDevice(alice);
    const second = new SigningDevice(await logIn(server, 'alice', 'ALICE2', 'a phone'));
    await first.upload();
    await second.upload();
    const { device_keys: keys, failures } = await query(bob, { [alice.userId]: [] });
    expect(keys).to.deep.equal({
      [alice.userId]: {
        ALICE1: { ...first.deviceKeys, unsigned: {} },
        ALICE2: { ...second.deviceKeys, unsigned: { device_display_name: 'a phone' } },
      },
    });
    expect(failures).to.deep.equal({});
    const some = await query(bob, { [alice.userId]: ['ALICE2', 'NONE'] });
    expect((some['device_keys'] as Json)[alice.userId]).to.have.all.keys('ALICE2');
  });

  it('are missing for unknown users, and empty for a user without any', async () => {
    expect((await query(bob, { '@nobody:localhost': [], [alice.userId]: [] }))['device_keys']).to.deep.equal({ [alice.userId]: {} });
  });

  it('of other servers are told to be out of reach', async () => {
    const reply = await query(bob, { '@eve:elsewhere.example': [] });
    expect(reply['failures']).to.have.all.keys('elsewhere.example');
    expect(reply['device_keys']).to.deep.equal({});
  });

  it('must be those of the device', async () => {
    const device = new SigningDevice(alice);
    await expectError(device.upload({ device_keys: { ...device.deviceKeys, user_id: bob.userId } }), 400, 'M_INVALID_PARAM');
    await expectError(device.upload({ device_keys: { ...device.deviceKeys, device_id: 'OTHER' } }), 400, 'M_INVALID_PARAM');
    await expectError(device.upload({ device_keys: { user_id: alice.userId, device_id: 'ALICE1' } }), 400, 'M_BAD_JSON');
    await expectError(alice.request('POST', UPLOAD, { device_keys: { ...device.deviceKeys, more: 1.5 } }), 400, 'M_BAD_JSON');
    await expectError(alice.request('POST', UPLOAD, { device_keys: { ...device.deviceKeys, more: 'x'.repeat(70_000) } }), 413, 'M_TOO_LARGE');
    expect((await query(bob, { [alice.userId]: [] }))['device_keys']).to.deep.equal({ [alice.userId]: {} });
  });

  it('go when the device is deleted, and come again with the next login', async () => {
    await new SigningDevice(alice).upload();
    await alice.request('POST', '/_matrix/client/v3/logout');
    expect((await query(bob, { [alice.userId]: [] }))['device_keys']).to.deep.equal({ [alice.userId]: {} });
    expect(await claim(bob, { [alice.userId]: { ALICE1: 'signed_curve25519' } })).to.deep.equal({});
    const again = new SigningDevice(await logIn(server, 'alice', 'ALICE1'));
    expect(await again.upload({ device_keys: again.deviceKeys, one_time_keys: again.oneTimeKeys('A') })).to.deep.equal({ signed_curve25519: 1 });
  });

  it('that are others than before take the one-time keys of those before with them', async () => {
    const old = new SigningDevice(alice);
    const fallback = { fallback_keys: old.oneTimeKeys('F') };
    await old.upload({ device_keys: old.deviceKeys, one_time_keys: old.oneTimeKeys('A', 'B'), ...fallback });
    const anew = new SigningDevice(await logIn(server, 'alice', 'ALICE1'));
    expect(await anew.upload({})).to.deep.equal({ signed_curve25519: 2 });
    const uploaded = { device_keys: anew.deviceKeys, one_time_keys: { 'signed_curve25519:A': anew.sign({ key: 'new' }) } };
    expect(await anew.upload(uploaded)).to.deep.equal({ signed_curve25519: 1 });
    const claimed = await claim(bob, { [alice.userId]: { ALICE1: 'signed_curve25519' } });
    expect(claimed).to.deep.equal({ [alice.userId]: { ALICE1: uploaded.one_time_keys } });
    expect(await claim(bob, { [alice.userId]: { ALICE1: 'signed_curve25519' } })).to.deep.equal({});
  });

  it('can be uploaded, queried and claimed by guests', async () => {
    const guest = (await server.request('POST', '/_matrix/client/v3/register?kind=guest', {})) as Json;
    const token = String(guest['access_token']);
    for (const [path, body] of [
      ['upload', {}],
      ['query', { device_keys: {} }],
      ['claim', { one_time_keys: {} }],
    ] as const) {
      const reply = await fetch(`${server.url}/_matrix/client/v3/keys/${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      expect(reply.status).to.equal(200);
    }
  });
});

describe('one-time keys', () => {
  let server: TestServer;
  let device: SigningDevice;
  let alice: TestUser;
  let bob: TestUser;
  beforeEach(async () => {
    server = await boot({ clock: 'fake' });
    alice = await server.user('alice');
    bob = await server.user('bob');
    device = new SigningDevice(alice);
  });
  afterEach(() => server.close());

  const claimOne = async (algorithm = 'signed_curve25519'): Promise<string | undefined> => {
    const claimed = await claim(bob, { [alice.userId]: { [alice.deviceId]: algorithm } });
    return Object.keys(claimed[alice.userId]?.[alice.deviceId] ?? {})[0];
  };

  it('are counted by algorithm', async () => {
    expect(await device.upload({})).to.deep.equal({ signed_curve25519: 0 });
    expect(await device.upload({ one_time_keys: { ...device.oneTimeKeys('A', 'B'), 'curve25519:C': 'plain' } })).to.deep.equal({
      signed_curve25519: 2,
      curve25519: 1,
    });
    expect(await device.upload({ one_time_keys: null, fallback_keys: null, device_keys: null })).to.include({ signed_curve25519: 2 });
  });

  it('are given out once, the oldest upload first', async () => {
    await device.upload({ one_time_keys: device.oneTimeKeys('C', 'Z') });
    await device.upload({ one_time_keys: device.oneTimeKeys('A', 'B') });
    const given = [await claimOne(), await claimOne(), await claimOne(), await claimOne(), await claimOne()];
    expect(given.slice(0, 2)).to.have.members(['signed_curve25519:C', 'signed_curve25519:Z']);
    expect(given.slice(2, 4)).to.have.members(['signed_curve25519:A', 'signed_curve25519:B']);
    expect(given[4]).to.equal(undefined);
  });

  it('are given out whole, and only for the algorithm that is asked for', async () => {
    await device.upload({ one_time_keys: device.oneTimeKeys('A') });
    expect(await claimOne('curve25519')).to.equal(undefined);
    expect(await claim(bob, { [alice.userId]: { [alice.deviceId]: 'signed_curve25519' } })).to.deep.equal({
      [alice.userId]: { [alice.deviceId]: device.oneTimeKeys('A') },
    });
  });

  it('are given out once under concurrency', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `K${index}`);
    await device.upload({ one_time_keys: device.oneTimeKeys(...names) });
    const given = await Promise.all(Array.from({ length: 40 }, () => claimOne()));
    const keys = given.filter((key) => key !== undefined);
    expect(keys).to.have.length(30);
    expect(new Set(keys)).to.have.property('size', 30);
  });

  it('may be uploaded again only as they were', async () => {
    await device.upload({ one_time_keys: device.oneTimeKeys('A') });
    expect(await device.upload({ one_time_keys: device.oneTimeKeys('A') })).to.deep.equal({ signed_curve25519: 1 });
    const other = { 'signed_curve25519:A': device.sign({ key: 'another' }) };
    await expectError(device.upload({ one_time_keys: { ...device.oneTimeKeys('B'), ...other } }), 400, 'M_INVALID_PARAM');
    expect(await device.upload({})).to.deep.equal({ signed_curve25519: 1 });
  });

  it('that were given out do not come back by an upload that is repeated', async () => {
    await device.upload({ one_time_keys: device.oneTimeKeys('A') });
    await claimOne();
    expect(await device.upload({ one_time_keys: device.oneTimeKeys('A', 'B') })).to.deep.equal({ signed_curve25519: 1 });
    expect(await claimOne()).to.equal('signed_curve25519:B');
    expect(await claimOne()).to.equal(undefined);
  });

  it('need a name with an algorithm, and are limited in size and number', async () => {
    await expectError(device.upload({ one_time_keys: { noAlgorithm: 'x' } }), 400, 'M_INVALID_PARAM');
    await expectError(device.upload({ one_time_keys: { 'signed_curve25519:A': { key: 'without signature' } } }), 400, 'M_BAD_JSON');
    await expectError(device.upload({ one_time_keys: { 'curve25519:A': 'x'.repeat(5_000) } }), 413, 'M_TOO_LARGE');
    const many = Object.fromEntries(Array.from({ length: 40_000 }, (_, index) => [`curve25519:${index}`, 'x']));
    await expectError(device.upload({ one_time_keys: many }), 413, 'M_TOO_LARGE');
    const some = Object.fromEntries(Object.entries(many).slice(0, 900));
    await device.upload({ one_time_keys: some });
    await expectError(device.upload({ one_time_keys: device.oneTimeKeys(...Array.from({ length: 101 }, (_, n) => `S${n}`)) }), 413, 'M_TOO_LARGE');
    expect(await device.upload({})).to.deep.equal({ signed_curve25519: 0, curve25519: 900 });
  });

  it('are followed by the fallback key, which is given out again and again', async () => {
    const fallback = { 'signed_curve25519:F': { ...(device.oneTimeKeys('F')['signed_curve25519:F'] as Json), fallback: true } };
    await device.upload({ one_time_keys: device.oneTimeKeys('A'), fallback_keys: fallback as never });
    expect([await claimOne(), await claimOne(), await claimOne()]).to.deep.equal([
      'signed_curve25519:A',
      'signed_curve25519:F',
      'signed_curve25519:F',
    ]);
  });

  it('are counted in every sync, with the fallback keys that are unused', async () => {
    const fallback = { fallback_keys: device.oneTimeKeys('F') };
    await device.upload({ one_time_keys: device.oneTimeKeys('A'), ...fallback });
    const first = await alice.sync();
    expect(first['device_one_time_keys_count']).to.deep.equal({ signed_curve25519: 1 });
    expect(first['device_unused_fallback_key_types']).to.deep.equal(['signed_curve25519']);
    await claimOne();
    await claimOne();
    const then = await alice.sync({ since: first.next_batch, timeout: '0' });
    expect(then['device_one_time_keys_count']).to.deep.equal({ signed_curve25519: 0 });
    expect(then['device_unused_fallback_key_types']).to.deep.equal([]);
    await device.upload(fallback);
    expect((await alice.sync())['device_unused_fallback_key_types']).to.deep.equal([]);
    await device.upload({ fallback_keys: device.oneTimeKeys('G') });
    expect((await alice.sync())['device_unused_fallback_key_types']).to.deep.equal(['signed_curve25519']);
    const two = { ...device.oneTimeKeys('H'), ...device.oneTimeKeys('I') };
    await expectError(device.upload({ fallback_keys: two }), 400, 'M_INVALID_PARAM');
  });
});
