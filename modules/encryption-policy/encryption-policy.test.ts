import { expect } from 'chai';
import { boot, expectError, type TestServer, type TestUser } from 'plexus/testing';

const MEGOLM = { algorithm: 'm.megolm.v1.aes-sha2' };
const encrypted = (content: object = MEGOLM): Record<string, unknown> => ({ initial_state: [{ type: 'm.room.encryption', state_key: '', content }] });

describe('plexus:encryption-policy', () => {
  let server: TestServer;
  let alice: TestUser, bob: TestUser;
  const start = async (config: object): Promise<void> => {
    server = await boot({ modules: [{ module: 'plexus:encryption-policy', config }] });
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
  };
  afterEach(() => server.close());

  const refused = async (asked: Promise<unknown>, text: string): Promise<void> => {
    expect((await expectError(asked, 403, 'M_FORBIDDEN')).body['error']).to.equal(text);
  };
  const encryptionOf = (room: string): Promise<unknown> => alice.getState(room, 'm.room.encryption');
  const isPlain = async (room: string): Promise<void> => void (await expectError(encryptionOf(room), 404, 'M_NOT_FOUND'));

  it('forces encryption upon some kinds of rooms', async () => {
    await start({ rooms: { direct: 'force', private: 'force' } });
    expect(await encryptionOf(await alice.createRoom())).to.deep.equal(MEGOLM);
    expect(await encryptionOf(await alice.createRoom({ is_direct: true, preset: 'trusted_private_chat' }))).to.deep.equal(MEGOLM);
    await isPlain(await alice.createRoom({ preset: 'public_chat' }));
    await isPlain(await alice.createRoom({ visibility: 'public' }));
    await isPlain(await alice.createRoom({ creation_content: { type: 'm.space' } }));
    const topic = { type: 'm.room.topic', content: { topic: 'kept' } };
    const room = await alice.createRoom({ initial_state: [topic] });
    expect(await encryptionOf(room)).to.deep.equal(MEGOLM);
    expect(await alice.getState(room, 'm.room.topic')).to.deep.equal(topic.content);
  });

  it('uses the algorithm that is configured, unless the request names one', async () => {
    await start({ rooms: { private: 'force' }, algorithm: 'org.example.best' });
    expect(await encryptionOf(await alice.createRoom())).to.deep.equal({ algorithm: 'org.example.best' });
    expect(await encryptionOf(await alice.createRoom(encrypted()))).to.deep.equal(MEGOLM);
  });

  it('leaves a request of the wrong form to be refused', async () => {
    await start({ rooms: { private: 'force' } });
    await expectError(alice.createRoom({ initial_state: 'none' }), 400);
  });

  it('refuses what is forbidden, in new rooms and later', async () => {
    await start({ rooms: { private: 'forbid' } });
    await refused(alice.createRoom(encrypted()), 'Private rooms may not be encrypted here');
    await alice.createRoom({ ...encrypted(), is_direct: true });
    const room = await alice.createRoom();
    await refused(alice.setState(room, 'm.room.encryption', MEGOLM), 'Private rooms may not be encrypted here');
    await alice.setState(room, 'm.room.join_rules', { join_rule: 'public' });
    await alice.setState(room, 'm.room.encryption', MEGOLM);
  });

  it('can make rooms without the encryption that was asked for', async () => {
    await start({ rooms: { direct: 'forbid', private: 'forbid', public: 'forbid' }, when_forbidden: 'remove' });
    for (const request of [{}, { is_direct: true, invite: [bob.userId] }, { visibility: 'public' }]) {
      await isPlain(await alice.createRoom({ ...request, ...encrypted() }));
    }
  });

  it('goes by what users call their direct rooms', async () => {
    await start({ rooms: { direct: 'forbid' } });
    const room = await alice.createRoom({ invite: [bob.userId], is_direct: true });
    const path = `/_matrix/client/v3/user/${encodeURIComponent(alice.userId)}/account_data/m.direct`;
    await alice.request('PUT', path, { [bob.userId]: [room] });
    await refused(alice.setState(room, 'm.room.encryption', MEGOLM), 'Direct rooms may not be encrypted here');
  });

  it('lets no encrypted room become public where that is forbidden', async () => {
    await start({ rooms: { public: 'forbid' } });
    const room = await alice.createRoom(encrypted());
    await refused(alice.setState(room, 'm.room.join_rules', { join_rule: 'public' }), 'Public rooms may not be encrypted here');
    const publish = (id: string): Promise<unknown> =>
      alice.request('PUT', `/_matrix/client/v3/directory/list/room/${encodeURIComponent(id)}`, { visibility: 'public' });
    await refused(publish(room), 'Public rooms may not be encrypted here');
    const plain = await alice.createRoom();
    await publish(plain);
    await refused(alice.setState(plain, 'm.room.encryption', MEGOLM), 'Public rooms may not be encrypted here');
  });

  it('does not hold for exempt users', async () => {
    await start({ rooms: { private: 'forbid' }, exempt: ['@al*:localhost'] });
    await alice.createRoom(encrypted());
    await alice.setState(await alice.createRoom(), 'm.room.encryption', MEGOLM);
    await refused(bob.createRoom(encrypted()), 'Private rooms may not be encrypted here');
  });
});
