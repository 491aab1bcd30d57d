import { expect } from 'chai';
import { boot, expectError, type SyncReply, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { logIn, registerWithPassword, SigningDevice } from './encryption-device.ts';

interface Lists {
  readonly changed: string[];
  readonly left: string[];
}
const NOTHING: Lists = { changed: [], left: [] };
const listsOf = (reply: SyncReply): Lists => (reply['device_lists'] as Lists | undefined) ?? NOTHING;

describe('device lists', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  let room: string;
  let since: string;
  beforeEach(async () => {
    server = await boot();
    alice = await registerWithPassword(server, 'alice', 'ALICE1');
    bob = await server.user('bob');
    room = await alice.createRoom({ preset: 'public_chat' });
    since = (await alice.sync()).next_batch;
  });
  afterEach(() => server.close());

  /** What alice hears since she asked last. */
  async function heard(): Promise<Lists> {
    const from = since;
    const reply = await alice.sync({ since, timeout: '0' });
    since = reply.next_batch;
    const changes = await alice.request('GET', `/_matrix/client/v3/keys/changes?from=${from}&to=${since}`);
    expect(changes).to.deep.equal(listsOf(reply));
    return listsOf(reply);
  }

  it('are not told in an initial sync', async () => {
    await new SigningDevice(alice).upload();
    expect(await alice.sync()).not.to.have.property('device_lists');
  });

  it('tell of changed keys of those who share a room, and of oneself', async () => {
    const carol = await server.user('carol');
    await bob.join(room);
    await heard();
    await new SigningDevice(bob).upload();
    await new SigningDevice(carol).upload();
    expect(await heard()).to.deep.equal({ changed: [bob.userId], left: [] });
    expect(await heard()).to.deep.equal(NOTHING);
    await new SigningDevice(alice).upload();
    expect(await heard()).to.deep.equal({ changed: [alice.userId], left: [] });
  });

  it('do not tell of one-time keys, nor of the same keys again', async () => {
    const device = new SigningDevice(alice);
    await device.upload();
    await heard();
    await device.upload();
    await device.upload({ one_time_keys: device.oneTimeKeys('A') });
    expect(await heard()).to.deep.equal(NOTHING);
  });

  it('tell of a device that is deleted', async () => {
    const phone = await logIn(server, 'alice', 'ALICE2');
    await phone.request('POST', '/_matrix/client/v3/logout');
    expect(await heard()).to.deep.equal(NOTHING);
    const again = await logIn(server, 'alice', 'ALICE2');
    await new SigningDevice(again).upload();
    await heard();
    await again.request('POST', '/_matrix/client/v3/logout');
    expect(await heard()).to.deep.equal({ changed: [alice.userId], left: [] });
  });

  it('tell of a device with keys that is renamed', async () => {
    await bob.join(room);
    const rename = (user: TestUser, name: string): Promise<unknown> =>
      user.request('PUT', `/_matrix/client/v3/devices/${user.deviceId}`, { display_name: name });
    await rename(bob, 'without keys');
    await heard();
    await new SigningDevice(bob).upload();
    await heard();
    const waiting = alice.sync({ since, timeout: '10000' });
    await rename(bob, 'phone');
    expect(listsOf(await waiting)).to.deep.equal({ changed: [bob.userId], left: [] });
    await heard();
    await rename(bob, 'phone');
    expect(await heard()).to.deep.equal(NOTHING);
    await rename(alice, 'without keys');
    expect(await heard()).to.deep.equal(NOTHING);
  });

  it('tell of those who join and leave, but not of a changed profile', async () => {
    await bob.join(room);
    expect(await heard()).to.deep.equal({ changed: [bob.userId], left: [] });
    await bob.setState(room, 'm.room.member', { membership: 'join', displayname: 'Bob' }, bob.userId);
    expect(await heard()).to.deep.equal(NOTHING);
    await bob.leave(room);
    expect(await heard()).to.deep.equal({ changed: [], left: [bob.userId] });
  });

  it('tell of everybody in a room that one joins and leaves', async () => {
    const second = await bob.createRoom({ preset: 'public_chat' });
    const carol = await server.user('carol');
    await carol.join(second);
    await heard();
    await alice.join(second);
    const joined = await heard();
    expect(joined.changed).to.have.members([bob.userId, carol.userId]);
    expect(joined.left).to.deep.equal([]);
    await carol.join(room);
    await heard();
    await alice.leave(second);
    expect(await heard()).to.deep.equal({ changed: [], left: [bob.userId] });
  });

  it('do not tell of somebody who has left one of two shared rooms', async () => {
    const second = await alice.createRoom({ preset: 'public_chat' });
    await bob.join(room);
    await bob.join(second);
    await heard();
    await bob.leave(second);
    expect(await heard()).to.deep.equal(NOTHING);
    await alice.kick(room, bob);
    expect(await heard()).to.deep.equal({ changed: [], left: [bob.userId] });
  });

  it('do not tell of an invitation that is turned down', async () => {
    await alice.invite(room, bob);
    expect(await heard()).to.deep.equal(NOTHING);
    await bob.leave(room);
    expect(await heard()).to.deep.equal(NOTHING);
  });

  it('wake a sync that waits', async () => {
    await bob.join(room);
    await heard();
    const waiting = alice.sync({ since, timeout: '10000' });
    await new SigningDevice(bob).upload();
    expect(listsOf(await waiting)).to.deep.equal({ changed: [bob.userId], left: [] });
  });

  it('have to be asked for with tokens of /sync', async () => {
    await expectError(alice.request('GET', '/_matrix/client/v3/keys/changes?from=s1_1'), 400, 'M_MISSING_PARAM');
    await expectError(alice.request('GET', '/_matrix/client/v3/keys/changes?from=x&to=s1_1'), 400, 'M_INVALID_PARAM');
  });
});
