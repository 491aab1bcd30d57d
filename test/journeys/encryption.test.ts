import { expect } from 'chai';
import { MatrixError, Method, Preset } from 'matrix-js-sdk';
import { VerificationMethod } from 'matrix-js-sdk/lib/types.js';
import { VerificationPhase, VerifierEvent, type VerificationRequest, type Verifier } from 'matrix-js-sdk/lib/crypto-api/verification.js';
import { boot, type TestServer } from '../../src/testing/index.ts';
import { logIn, PASSWORD, registerWithPassword } from '../api/encryption-device.ts';
import { v3 } from '../api/v3.ts';
import { CryptoClient, type RecoveryKeys } from './crypto-client.ts';
import { tameClients } from './tame-clients.ts';

const ENCRYPTION = { type: 'm.room.encryption', state_key: '', content: { algorithm: 'm.megolm.v1.aes-sha2' } };

describe('a journey through encrypted rooms, with matrix-js-sdk', function () {
  this.timeout(60_000);
  tameClients();

  let server: TestServer;
  let clients: CryptoClient[];
  beforeEach(async () => {
    server = await boot();
    clients = [];
  });
  afterEach(async () => {
    for (const client of clients) client.stop();
    await server.close();
  });

  async function register(name: string, recovery?: RecoveryKeys): Promise<CryptoClient> {
    const user = await registerWithPassword(server, name, `${name.toUpperCase()}1`);
    const client = await CryptoClient.start(server.url, user, recovery);
    clients.push(client);
    return client;
  }

  /** A second device of the same user, which knows nothing of the first but what a person could type in. */
  async function secondDevice(name: string, recovery?: RecoveryKeys): Promise<CryptoClient> {
    const client = await CryptoClient.start(server.url, await logIn(server, name, `${name.toUpperCase()}2`), recovery);
    clients.push(client);
    return client;
  }

  async function encryptedRoom(owner: CryptoClient, ...others: CryptoClient[]): Promise<string> {
    const invite = others.map(({ userId }) => userId);
    const { room_id: room } = await owner.client.createRoom({ preset: Preset.PrivateChat, invite, initial_state: [ENCRYPTION] });
    for (const other of others) await other.client.joinRoom(room);
    for (const each of [owner, ...others]) {
      await each.until('everybody', () => each.client.getRoom(room)?.getJoinedMemberCount() === others.length + 1);
    }
    return room;
  }

  it('three users talk, and each reads what is said to them', async () => {
    const [alice, bob, carol] = [await register('alice'), await register('bob'), await register('carol')];
    const room = await encryptedRoom(alice, bob, carol);
    await alice.say(room, 'hello');
    for (const each of [alice, bob, carol]) expect((await each.hears(room, 'hello')).isEncrypted()).to.equal(true);
    await bob.say(room, 'hello alice');
    await carol.say(room, 'hello both');
    await alice.hears(room, 'hello alice');
    await bob.hears(room, 'hello both');
  });

  it('a new device reads on at once, and what was before out of the key backup', async () => {
    const recovery: RecoveryKeys = new Map();
    const [alice, bob] = [await register('alice', recovery), await register('bob')];
    const room = await encryptedRoom(alice, bob);
    await bob.say(room, 'before');
    await alice.hears(room, 'before');
    await alice.crypto.bootstrapCrossSigning({ authUploadDeviceSigningKeys: (makeRequest) => makeRequest(null) });
    await alice.crypto.bootstrapSecretStorage({
      createSecretStorageKey: () => alice.crypto.createRecoveryKeyFromPassphrase(),
      setupNewKeyBackup: true,
    });
    // The client lets up to ten seconds go by before it uploads.
    await alice.until('the backup', async () => (await alice.backedUp()) > 0);

    const phone = await secondDevice('alice', recovery);
    await bob.until('the phone', async () => (await bob.devicesOf(alice.userId)).includes('ALICE2'));
    await bob.say(room, 'after');
    await phone.hears(room, 'after');
    await alice.hears(room, 'after');
    expect(phone.undecryptable(room)).to.have.length(1);

    await phone.crypto.bootstrapCrossSigning({});
    await phone.crypto.loadSessionBackupPrivateKeyFromSecretStorage();
    await phone.crypto.checkKeyBackupAndEnable();
    expect(await phone.crypto.restoreKeyBackup()).to.include({ imported: 1 });
    await phone.hears(room, 'before');
    await bob.until('the signature on the phone', async () => {
      return (await bob.crypto.getDeviceVerificationStatus(alice.userId, 'ALICE2'))?.signedByOwner;
    });
  });

  it('what is said while nobody is logged in is read by the next device, out of a dehydrated one', async () => {
    const recovery: RecoveryKeys = new Map();
    const [alice, bob] = [await register('alice', recovery), await register('bob')];
    const room = await encryptedRoom(alice, bob);
    await alice.crypto.bootstrapCrossSigning({ authUploadDeviceSigningKeys: (makeRequest) => makeRequest(null) });
    await alice.crypto.bootstrapSecretStorage({ createSecretStorageKey: () => alice.crypto.createRecoveryKeyFromPassphrase() });
    expect(await alice.crypto.isDehydrationSupported()).to.equal(true);
    await alice.crypto.startDehydration();
    const isDehydrated = async (): Promise<boolean> => {
      const devices = (await bob.crypto.getUserDeviceInfo([alice.userId])).get(alice.userId);
      return [...(devices?.values() ?? [])].some(({ dehydrated }) => dehydrated);
    };
    await bob.until('the dehydrated device', isDehydrated);
    await alice.client.logout(true);
    await bob.until('that only this one is left', async () => (await bob.devicesOf(alice.userId)).length === 1 && (await isDehydrated()));
    await bob.say(room, 'into the empty house');

    const phone = await secondDevice('alice', recovery);
    await phone.crypto.bootstrapCrossSigning({});
    await phone.crypto.startDehydration();
    expect((await phone.hears(room, 'into the empty house')).isEncrypted()).to.equal(true);
  });

  it('a device whose one-time keys are all given out makes new ones', async () => {
    const alice = await register('alice');
    const bob = await server.user('bob');
    const left = async (): Promise<number> => {
      const reply = await alice.client.http.authedRequest<{ one_time_key_counts: Record<string, number> }>(Method.Post, '/keys/upload', {}, {});
      return reply.one_time_key_counts['signed_curve25519'] ?? 0;
    };
    const all = await alice.until('its first keys', left);
    const wanted = { one_time_keys: { [alice.userId]: { ALICE1: 'signed_curve25519' } } };
    for (let n = 0; n < all; n++) await bob.request('POST', v3('keys', 'claim'), wanted);
    expect(await left()).to.equal(0);
    await bob.request('PUT', v3('sendToDevice', 'm.test', 't1'), { messages: { [alice.userId]: { '*': {} } } });
    await alice.until('new keys', async () => (await left()) > 0);
  });

  it('two devices verify each other, and the secrets go from one to the other', async () => {
    const alice = await register('alice');
    await alice.crypto.bootstrapCrossSigning({ authUploadDeviceSigningKeys: (makeRequest) => makeRequest(null) });
    const phone = await secondDevice('alice');
    await phone.until('the cross-signing keys', () => phone.crypto.userHasCrossSigningKeys(alice.userId, true));
    await alice.until('the phone', async () => (await alice.devicesOf(alice.userId)).includes('ALICE2'));

    const asked = await phone.crypto.requestOwnUserVerification();
    const received = await alice.until('the request', () => alice.crypto.getVerificationRequestsToDeviceInProgress(alice.userId)[0]);
    await received.accept();
    await phone.until('an answer', () => asked.phase === VerificationPhase.Ready);
    const [ofPhone, ofAlice] = [await asked.startVerification(VerificationMethod.Sas), await verifierOf(alice, received)];
    const shown = await Promise.all([confirmed(ofPhone), confirmed(ofAlice)]);
    expect(shown[0]).to.deep.equal(shown[1]);

    await phone.until('the private keys', () => phone.crypto.isCrossSigningReady());
    await alice.until('the signature', async () => {
      return (await alice.crypto.getDeviceVerificationStatus(alice.userId, 'ALICE2'))?.crossSigningVerified;
    });
  });

  it('a user who begins anew has to give the password, and others are told', async () => {
    const [alice, bob] = [await register('alice'), await register('bob')];
    await alice.crypto.bootstrapCrossSigning({ authUploadDeviceSigningKeys: (makeRequest) => makeRequest(null) });
    await encryptedRoom(alice, bob);
    await bob.until('the keys of alice', () => bob.crypto.userHasCrossSigningKeys(alice.userId));
    let flows: unknown;
    await alice.crypto.bootstrapCrossSigning({
      setupNewCrossSigning: true,
      async authUploadDeviceSigningKeys(makeRequest) {
        const asked = await makeRequest(null).catch((error: unknown) => error);
        if (!(asked instanceof MatrixError)) throw new Error('Nobody asked for the password');
        flows = asked.data['flows'];
        const session = String(asked.data['session']);
        await makeRequest({ type: 'm.login.password', identifier: { type: 'm.id.user', user: 'alice' }, password: PASSWORD, session });
      },
    });
    expect(flows).to.deep.equal([{ stages: ['m.login.password'] }]);
    await bob.until('the change', async () => (await bob.crypto.getUserVerificationStatus(alice.userId)).needsUserApproval);
  });

  function verifierOf(client: CryptoClient, request: VerificationRequest): Promise<Verifier> {
    return client.until('the start', () => request.verifier);
  }

  /** Confirms whatever is shown. @returns what was shown */
  async function confirmed(verifier: Verifier): Promise<unknown> {
    let shown: unknown;
    verifier.on(VerifierEvent.ShowSas, (callbacks) => {
      shown = callbacks.sas.decimal;
      void callbacks.confirm();
    });
    await verifier.verify();
    return shown;
  }
});
