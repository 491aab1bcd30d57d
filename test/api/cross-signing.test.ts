import { expect } from 'chai';
import type { JsonObject } from '../../src/core/json.ts';
import { SERVER_ITSELF } from '../../src/kernel/requester.ts';
import { registerDevice } from '../../src/operations/modules/register-device.ts';
import { boot, expectError, type SyncReply, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { CrossSigner, logIn, PASSWORD, registerWithPassword, SigningDevice } from './encryption-device.ts';

type Json = Record<string, unknown>;
type Keys = Record<string, JsonObject>;

const changedIn = (reply: SyncReply): string[] => (reply['device_lists'] as { changed: string[] } | undefined)?.changed ?? [];
const query = (viewer: TestUser, ...users: TestUser[]): Promise<Json> =>
  viewer.request('POST', '/_matrix/client/v3/keys/query', { device_keys: Object.fromEntries(users.map((user) => [user.userId, []])) });
const signaturesOf = (reply: Json, kind: string, ...path: string[]): Json => {
  const key = path.reduce((found, part) => found[part] as Json, reply[kind] as Json);
  return (key['signatures'] ?? {}) as Json;
};

/** A user's three cross-signing keys, and the request that publishes them. */
class Identity {
  readonly user: TestUser;
  readonly master: CrossSigner;
  readonly self: CrossSigner;
  readonly other: CrossSigner;

  constructor(user: TestUser) {
    this.user = user;
    this.master = new CrossSigner(user, 'master');
    this.self = new CrossSigner(user, 'self_signing');
    this.other = new CrossSigner(user, 'user_signing');
  }

  get keys(): Keys {
    return {
      master_key: this.master.unsigned,
      self_signing_key: this.master.sign(this.self.unsigned),
      user_signing_key: this.master.sign(this.other.unsigned),
    };
  }

  upload(body: Json = this.keys): Promise<Json> {
    return this.user.request('POST', '/_matrix/client/v3/keys/device_signing/upload', body);
  }

  async sign(body: Record<string, Keys>): Promise<Record<string, Record<string, Json>>> {
    const reply = await this.user.request('POST', '/_matrix/client/v3/keys/signatures/upload', body);
    return reply['failures'] as Record<string, Record<string, Json>>;
  }
}

describe('cross-signing', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  let identity: Identity;
  beforeEach(async () => {
    server = await boot();
    alice = await registerWithPassword(server, 'alice', 'ALICE1');
    bob = await server.user('bob');
    identity = new Identity(alice);
  });
  afterEach(() => server.close());

  const withPassword = (session: unknown): Json => ({
    auth: { type: 'm.login.password', identifier: { type: 'm.id.user', user: 'alice' }, password: PASSWORD, session },
  });

  describe('keys', () => {
    it('are published freely the first time; the user-signing key is shown to its owner only', async () => {
      expect(await identity.upload()).to.deep.equal({});
      const own = await query(alice, alice);
      const { master_key: master, self_signing_key: self, user_signing_key: user } = identity.keys;
      expect(own['master_keys']).to.deep.equal({ [alice.userId]: { ...master, signatures: {} } });
      expect(own['self_signing_keys']).to.deep.equal({ [alice.userId]: self });
      expect(own['user_signing_keys']).to.deep.equal({ [alice.userId]: user });
      const others = await query(bob, alice);
      expect(others['master_keys']).to.deep.equal(own['master_keys']);
      expect(others['self_signing_keys']).to.deep.equal(own['self_signing_keys']);
      expect(others['user_signing_keys']).to.deep.equal({});
    });

    it('may be published again as they are, but replaced only by who authenticates', async () => {
      await identity.upload();
      expect(await identity.upload()).to.deep.equal({});
      const next = new Identity(alice);
      const asked = await expectError(next.upload(), 401);
      expect(asked.body['flows']).to.deep.equal([{ stages: ['m.login.password'] }]);
      expect(await next.upload({ ...next.keys, ...withPassword(asked.body['session']) })).to.deep.equal({});
      const shown = (await query(alice, alice))['master_keys'] as Keys;
      expect(shown[alice.userId]?.['keys']).to.deep.equal({ [next.master.keyId]: next.master.publicKey });
    });

    it('are published once when the first request comes twice at the same time', async () => {
      expect(await Promise.all([identity.upload(), identity.upload()])).to.deep.equal([{}, {}]);
      const results = await Promise.allSettled([new Identity(bob).upload(), new Identity(bob).upload()]);
      expect(results.filter(({ status }) => status === 'fulfilled')).to.have.length(1);
    });

    it('need authentication also when only one of them is new', async () => {
      await identity.upload();
      const self = new CrossSigner(alice, 'self_signing');
      await expectError(identity.upload({ self_signing_key: identity.master.sign(self.unsigned) }), 401);
    });

    it('signed by an old master key go with it', async () => {
      await identity.upload();
      const next = new Identity(alice);
      const asked = await expectError(next.upload({ master_key: next.master.unsigned }), 401);
      await next.upload({ master_key: next.master.unsigned, ...withPassword(asked.body['session']) });
      const shown = await query(alice, alice);
      expect(shown['master_keys']).to.have.all.keys(alice.userId);
      expect(shown['self_signing_keys']).to.deep.equal({});
      expect(shown['user_signing_keys']).to.deep.equal({});
    });

    it('are refused without a master key, with a wrong signature, or of a wrong form', async () => {
      const { master_key: master, self_signing_key: self } = identity.keys as { master_key: JsonObject; self_signing_key: JsonObject };
      await expectError(identity.upload({ self_signing_key: self }), 400, 'M_MISSING_PARAM');
      await expectError(identity.upload({}), 400, 'M_MISSING_PARAM');
      const unsigned = identity.self.unsigned;
      await expectError(identity.upload({ master_key: master, self_signing_key: unsigned }), 400, 'M_INVALID_SIGNATURE');
      const stranger = new Identity(alice).master.sign(unsigned);
      await expectError(identity.upload({ master_key: master, self_signing_key: stranger }), 400, 'M_INVALID_SIGNATURE');
      await expectError(identity.upload({ master_key: { ...master, user_id: bob.userId } }), 400, 'M_INVALID_PARAM');
      await expectError(identity.upload({ master_key: { ...master, usage: ['self_signing'] } }), 400, 'M_INVALID_PARAM');
      await expectError(identity.upload({ master_key: { ...master, keys: { 'ed25519:a': 'b' } } }), 400, 'M_INVALID_PARAM');
      const twoKeys = { ...(master['keys'] as Json), [identity.self.keyId]: identity.self.publicKey };
      await expectError(identity.upload({ master_key: { ...master, keys: twoKeys } }), 400, 'M_INVALID_PARAM');
      expect((await query(alice, alice))['master_keys']).to.deep.equal({});
    });

    it('and devices never have the same id', async () => {
      await logIn(server, 'alice', identity.master.publicKey);
      await expectError(identity.upload(), 403, 'M_FORBIDDEN');
      const other = new Identity(alice);
      await other.upload();
      await expectError(logIn(server, 'alice', other.self.publicKey), 403, 'M_FORBIDDEN');
      const byModule = server.run(registerDevice, SERVER_ITSELF, { userId: alice.userId, deviceId: other.self.publicKey });
      expect(await byModule.catch((error: unknown) => error)).to.include({ status: 403, errcode: 'M_FORBIDDEN' });
    });

    it('are announced to those who share a room', async () => {
      const room = await alice.createRoom({ preset: 'public_chat' });
      await bob.join(room);
      const { next_batch: since } = await bob.sync();
      await identity.upload();
      const reply = await bob.sync({ since, timeout: '0' });
      expect(changedIn(reply)).to.deep.equal([alice.userId]);
      await identity.upload();
      expect(changedIn(await bob.sync({ since: reply.next_batch, timeout: '0' }))).to.deep.equal([]);
    });

    it('go with the account', async () => {
      await identity.upload();
      await new SigningDevice(alice).upload();
      const asked = await expectError(alice.request('POST', '/_matrix/client/v3/account/deactivate', {}), 401);
      await alice.request('POST', '/_matrix/client/v3/account/deactivate', withPassword(asked.body['session']));
      const shown = await query(bob, alice);
      expect(shown).to.deep.include({ device_keys: { [alice.userId]: {} }, master_keys: {}, self_signing_keys: {} });
    });
  });

  describe('signatures', () => {
    let device: SigningDevice;
    let bobsIdentity: Identity;
    beforeEach(async () => {
      device = new SigningDevice(alice);
      await device.upload();
      await identity.upload();
      bobsIdentity = new Identity(bob);
      await bobsIdentity.upload();
    });

    it('of the self-signing key on a device, and of a device on the master key, are shown to everybody', async () => {
      const { master, self } = identity;
      const signedDevice = self.sign(device.deviceKeys);
      const signedMaster = device.sign(master.unsigned);
      expect(await identity.sign({ [alice.userId]: { ALICE1: signedDevice, [master.publicKey]: signedMaster } })).to.deep.equal({});
      for (const viewer of [alice, bob]) {
        const shown = await query(viewer, alice);
        expect(signaturesOf(shown, 'device_keys', alice.userId, 'ALICE1')).to.deep.equal(signedDevice['signatures']);
        expect(signaturesOf(shown, 'master_keys', alice.userId)).to.deep.equal(signedMaster['signatures']);
      }
    });

    it('of the user-signing key on the master key of another are shown to the signer only', async () => {
      const signed = identity.other.sign(bobsIdentity.master.unsigned);
      expect(await identity.sign({ [bob.userId]: { [bobsIdentity.master.publicKey]: signed } })).to.deep.equal({});
      expect(signaturesOf(await query(alice, bob), 'master_keys', bob.userId)).to.deep.equal(signed['signatures']);
      expect(signaturesOf(await query(bob, bob), 'master_keys', bob.userId)).to.deep.equal({});
      const carol = await server.user('carol');
      expect(signaturesOf(await query(carol, bob), 'master_keys', bob.userId)).to.deep.equal({});
    });

    it('of a self-signing key that is replaced go with it, and a new one has to be signed by the same master key', async () => {
      const device1 = identity.self.sign(device.deviceKeys);
      await identity.sign({ [alice.userId]: { ALICE1: device1 } });
      const next = new CrossSigner(alice, 'self_signing');
      await expectError(identity.upload({ self_signing_key: bobsIdentity.master.sign(next.unsigned) }), 400, 'M_INVALID_SIGNATURE');
      const body = { self_signing_key: identity.master.sign(next.unsigned) };
      const asked = await expectError(identity.upload(body), 401);
      await identity.upload({ ...body, ...withPassword(asked.body['session']) });
      const shown = await query(bob, alice);
      expect(shown['self_signing_keys']).to.deep.equal({ [alice.userId]: body.self_signing_key });
      expect(signaturesOf(shown, 'device_keys', alice.userId, 'ALICE1')).to.deep.equal(device.deviceKeys['signatures']);
      const failures = await identity.sign({ [alice.userId]: { ALICE1: device1 } });
      expect(failures[alice.userId]!['ALICE1']).to.include({ errcode: 'M_INVALID_SIGNATURE' });
    });

    it('that were uploaded with a key are filtered in the same way', async () => {
      const foreign = bobsIdentity.other.sign(device.deviceKeys);
      await device.upload({ device_keys: foreign });
      const carol = await server.user('carol');
      expect(signaturesOf(await query(carol, alice), 'device_keys', alice.userId, 'ALICE1')).to.have.all.keys(alice.userId);
    });

    it('tell the other devices of the signer, and for a device everybody who shares a room', async () => {
      const room = await alice.createRoom({ preset: 'public_chat' });
      await bob.join(room);
      let [ofAlice, ofBob] = [await alice.sync(), await bob.sync()];
      await identity.sign({ [bob.userId]: { [bobsIdentity.master.publicKey]: identity.other.sign(bobsIdentity.master.unsigned) } });
      [ofAlice, ofBob] = [await alice.sync({ since: ofAlice.next_batch }), await bob.sync({ since: ofBob.next_batch })];
      expect(changedIn(ofAlice)).to.deep.equal([bob.userId]);
      expect(changedIn(ofBob)).to.deep.equal([]);
      await identity.sign({ [alice.userId]: { ALICE1: identity.self.sign(device.deviceKeys) } });
      expect(changedIn(await bob.sync({ since: ofBob.next_batch }))).to.deep.equal([alice.userId]);
      expect(changedIn(await alice.sync({ since: ofAlice.next_batch }))).to.deep.equal([alice.userId]);
    });

    it('that are wrong are told one by one', async () => {
      const good = identity.self.sign(device.deviceKeys);
      const { master } = identity;
      const failures = await identity.sign({
        [alice.userId]: {
          ALICE1: good,
          NONE: good,
          [master.publicKey]: identity.self.sign(master.unsigned),
          [identity.self.publicKey]: device.sign(identity.self.unsigned),
        },
        [bob.userId]: { [bobsIdentity.master.publicKey]: { ...identity.other.sign(bobsIdentity.master.unsigned), more: 'x' }, [bob.deviceId]: good },
      });
      const codes = Object.entries(failures).flatMap(([user, keys]) => Object.entries(keys).map(([key, error]) => [user, key, error['errcode']]));
      expect(codes).to.have.deep.members([
        [alice.userId, 'NONE', 'M_NOT_FOUND'],
        [alice.userId, master.publicKey, 'M_INVALID_SIGNATURE'],
        [alice.userId, identity.self.publicKey, 'M_NOT_FOUND'],
        [bob.userId, bobsIdentity.master.publicKey, 'M_INVALID_PARAM'],
        [bob.userId, bob.deviceId, 'M_NOT_FOUND'],
      ]);
      expect(signaturesOf(await query(bob, alice), 'device_keys', alice.userId, 'ALICE1')).to.deep.equal(good['signatures']);
    });

    it('are checked', async () => {
      const impostor = new CrossSigner(alice, 'self_signing').sign(device.deviceKeys)['signatures'] as Record<string, Json>;
      const [signature] = Object.values(impostor[alice.userId] as Json).slice(-1);
      const forged = { ...device.deviceKeys, signatures: { [alice.userId]: { [identity.self.keyId]: signature as string } } };
      const failures = await identity.sign({ [alice.userId]: { ALICE1: forged } });
      expect(failures[alice.userId]?.['ALICE1']).to.include({ errcode: 'M_INVALID_SIGNATURE' });
    });
  });
});
