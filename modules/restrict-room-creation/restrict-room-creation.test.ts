import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boot, expectError, TestUser, type TestServer } from 'plexus/testing';

const DAY = 24 * 60 * 60 * 1000;
const ENCRYPTED = [{ type: 'm.room.encryption', content: { algorithm: 'm.megolm.v1.aes-sha2' } }];
const MODULE = 'plexus:restrict-room-creation';

describe('plexus:restrict-room-creation', () => {
  let server: TestServer;
  let admin: TestUser, alice: TestUser;
  const start = async (config: object, options: object = {}): Promise<void> => {
    server = await boot({ clock: 'fake', modules: [{ module: MODULE, config }], ...options });
    [admin, alice] = [await server.user('root', { admin: true }), await server.user('alice')];
  };
  afterEach(() => server.close());
  const refused = async (asked: Promise<unknown>, text: string): Promise<void> => {
    expect((await expectError(asked, 403, 'M_FORBIDDEN')).body['error']).to.equal(text);
  };

  it('lets only some create rooms, and administrators always', async () => {
    await start({ creators: ['@staff-*:localhost'] });
    await refused(alice.createRoom(), 'You may not create rooms here');
    await (await server.user('staff-1')).createRoom();
    await admin.createRoom();
  });

  it('holds for upgrades as well', async () => {
    await start({ creators: [] });
    const room = await admin.createRoom({
      power_level_content_override: { users: { [admin.userId]: 100, [alice.userId]: 100 } },
      room_version: '11',
      invite: [alice.userId],
    });
    await alice.join(room);
    const upgrade = (user: TestUser): Promise<unknown> =>
      user.request('POST', `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/upgrade`, { new_version: '12' });
    await refused(upgrade(alice), 'You may not create rooms here');
    await upgrade(admin);
  });

  it('knows public rooms, however they become so', async () => {
    await start({ kinds: { public: ['@staff-*:localhost'] } });
    const rule = (join_rule: string): object[] => [{ type: 'm.room.join_rules', content: { join_rule } }];
    for (const request of [{ visibility: 'public' }, { preset: 'public_chat' }, { initial_state: rule('public') }]) {
      await refused(alice.createRoom(request), 'You may not create public rooms here');
    }
    await alice.createRoom({ preset: 'public_chat', initial_state: rule('invite') });
    await alice.createRoom({ preset: 'private_chat' });
    await (await server.user('staff-1')).createRoom({ visibility: 'public' });
  });

  it('knows the other kinds', async () => {
    await start({ kinds: { unencrypted: ['@bridge:localhost'], space: [], direct: [] } });
    await refused(alice.createRoom(), 'You may create encrypted rooms only');
    await alice.createRoom({ initial_state: ENCRYPTED });
    await refused(alice.createRoom({ initial_state: ENCRYPTED, is_direct: true }), 'You may not create direct rooms here');
    await refused(alice.createRoom({ initial_state: ENCRYPTED, creation_content: { type: 'm.space' } }), 'You may not create spaces here');
    await (await server.user('bridge')).createRoom();
    await server.close();
    await start({ kinds: { private: [], encrypted: [] } });
    await refused(alice.createRoom(), 'You may not create private rooms here');
    await refused(alice.createRoom({ visibility: 'public', initial_state: ENCRYPTED }), 'You may not create encrypted rooms here');
    await alice.createRoom({ visibility: 'public' });
  });

  it('lets users create only so many rooms in a while, and counts on after a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plexus-rooms-'));
    const options = { database: join(folder, 'database') };
    const config = { limit: { max: 2, per: '1d' } };
    await start(config, options);
    await alice.createRoom();
    await server.close();

    server = await boot({ clock: 'fake', modules: [{ module: MODULE, config }], ...options });
    const { userId, deviceId, accessToken } = alice;
    const again = new TestUser({ url: server.url, userId, deviceId, accessToken });
    await server.advance(DAY / 2);
    await again.createRoom();
    const error = await expectError(again.createRoom(), 403, 'M_LIMIT_EXCEEDED');
    expect(error.body).to.include({ retry_after_ms: DAY / 2 });
    await server.advance(DAY / 2);
    await server.idle();
    await again.createRoom();
    rmSync(folder, { recursive: true });
  });

  it('refuses a configuration that it does not understand', async () => {
    const problem = async (config: object): Promise<string> => String(await start(config).catch((reason: unknown) => reason));
    expect(await problem({ kinds: { publc: [] } })).to.match(/config\.kinds\.publc: .*did you mean public\?/);
    expect(await problem({ limit: { max: 1, per: 'often' } })).to.match(/config\.limit\.per: /);
    await start({});
  });
});
