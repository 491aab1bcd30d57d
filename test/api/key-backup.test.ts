import { expect } from 'chai';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';

type Json = Record<string, unknown>;
const ALGORITHM = 'm.megolm_backup.v1.curve25519-aes-sha2';
const ROOM = '!room:localhost';
const SESSION = 'session/+1';

const key = (more: Json = {}): Json => ({
  first_message_index: 5,
  forwarded_count: 2,
  is_verified: false,
  session_data: { ciphertext: 'x' },
  ...more,
});

describe('key backup', () => {
  let server: TestServer;
  let alice: TestUser;
  beforeEach(async () => {
    server = await boot();
    alice = await server.user('alice');
  });
  afterEach(() => server.close());

  const call = (method: string, path: string, body?: Json, user = alice): Promise<Json> =>
    user.request(method, `/_matrix/client/v3/room_keys${path}`, body);
  const create = async (authData: Json = { public_key: 'abc' }): Promise<string> =>
    (await call('POST', '/version', { algorithm: ALGORITHM, auth_data: authData }))['version'] as string;
  /** The place of keys, its segments encoded. */
  const keys = (version: string, ...place: string[]): string =>
    `/keys${place.map((part) => `/${encodeURIComponent(part)}`).join('')}?version=${version}`;

  describe('versions', () => {
    it('are told with their data, size and etag, the newest by default', async () => {
      await expectError(call('GET', '/version'), 404, 'M_NOT_FOUND');
      const first = await create();
      const info = { algorithm: ALGORITHM, auth_data: { public_key: 'abc' }, count: 0, version: first };
      expect(await call('GET', '/version')).to.deep.include(info);
      const second = await create({ public_key: 'def' });
      expect(second).not.to.equal(first);
      expect(await call('GET', '/version')).to.include({ version: second });
      expect(await call('GET', `/version/${first}`)).to.deep.include(info);
      await expectError(call('GET', '/version/99'), 404, 'M_NOT_FOUND');
      await expectError(call('GET', '/version/none'), 404, 'M_NOT_FOUND');
      await expectError(call('POST', '/version', { algorithm: ALGORITHM }), 400, 'M_BAD_JSON');
    });

    it('take new auth_data, and nothing else', async () => {
      const version = await create();
      const body = { algorithm: ALGORITHM, auth_data: { public_key: 'abc', signatures: {} }, version };
      await call('PUT', `/version/${version}`, body);
      expect((await call('GET', '/version'))['auth_data']).to.deep.equal(body.auth_data);
      await expectError(call('PUT', `/version/${version}`, { ...body, version: '9' }), 400, 'M_INVALID_PARAM');
      await expectError(call('PUT', `/version/${version}`, { ...body, algorithm: 'other' }), 400, 'M_INVALID_PARAM');
      await expectError(call('PUT', '/version/9', { algorithm: ALGORITHM, auth_data: {} }), 404, 'M_NOT_FOUND');
    });

    it('can be deleted, more than once, and are never numbered again', async () => {
      const [first, second] = [await create(), await create()];
      await call('PUT', keys(second, ROOM, SESSION), key());
      await call('DELETE', `/version/${second}`);
      await call('DELETE', `/version/${second}`);
      await expectError(call('GET', `/version/${second}`), 404, 'M_NOT_FOUND');
      await expectError(call('GET', keys(second)), 404, 'M_NOT_FOUND');
      await expectError(call('PUT', `/version/${second}`, { algorithm: ALGORITHM, auth_data: {} }), 404, 'M_NOT_FOUND');
      expect(await call('GET', '/version')).to.include({ version: first });
      await expectError(call('DELETE', '/version/99'), 404, 'M_NOT_FOUND');
      expect(await create()).not.to.be.oneOf([first, second]);
    });

    it('are those of their user', async () => {
      const version = await create();
      const bob = await server.user('bob');
      await expectError(call('GET', `/version/${version}`, undefined, bob), 404, 'M_NOT_FOUND');
      await expectError(call('GET', keys(version), undefined, bob), 404, 'M_NOT_FOUND');
    });
  });

  describe('keys', () => {
    let version: string;
    beforeEach(async () => (version = await create()));

    it('are written and read one by one, by room and all together', async () => {
      expect(await call('PUT', keys(version, ROOM, SESSION), key())).to.include({ count: 1 });
      expect(await call('PUT', keys(version, ROOM), { sessions: { two: key() } })).to.include({ count: 2 });
      const more = { rooms: { '!other:localhost': { sessions: { three: key(), four: key() } } } };
      expect(await call('PUT', keys(version), more)).to.include({ count: 4 });
      expect(await call('GET', keys(version, ROOM, SESSION))).to.deep.equal(key());
      expect(await call('GET', keys(version, ROOM))).to.deep.equal({ sessions: { [SESSION]: key(), two: key() } });
      expect(await call('GET', keys(version))).to.deep.equal({ rooms: { [ROOM]: { sessions: { [SESSION]: key(), two: key() } }, ...more.rooms } });
      expect(await call('GET', '/version')).to.include({ count: 4 });
    });

    it('are empty where there are none, and a single one is not found', async () => {
      expect(await call('GET', keys(version))).to.deep.equal({ rooms: {} });
      expect(await call('GET', keys(version, ROOM))).to.deep.equal({ sessions: {} });
      await expectError(call('GET', keys(version, ROOM, SESSION)), 404, 'M_NOT_FOUND');
      await expectError(call('GET', '/keys'), 400, 'M_MISSING_PARAM');
    });

    it('come back whole when there are more than one page of them', async () => {
      const sessions = Object.fromEntries(Array.from({ length: 1_203 }, (_, n) => [`s${n}`, key({ first_message_index: n })]));
      expect(await call('PUT', keys(version, ROOM), { sessions })).to.include({ count: 1_203 });
      expect(await call('GET', keys(version, ROOM))).to.deep.equal({ sessions });
    });

    it('are deleted on the same levels', async () => {
      await call('PUT', keys(version), {
        rooms: { [ROOM]: { sessions: { a: key(), b: key() } }, '!other:localhost': { sessions: { c: key(), d: key() } } },
      });
      expect(await call('DELETE', keys(version, ROOM, 'a'))).to.include({ count: 3 });
      expect(await call('DELETE', keys(version, '!other:localhost'))).to.include({ count: 1 });
      expect(await call('DELETE', keys(version))).to.include({ count: 0 });
      await expectError(call('DELETE', keys('99')), 404, 'M_NOT_FOUND');
    });

    it('change the etag, unless nothing changes', async () => {
      const etags = [
        await call('PUT', keys(version, ROOM, 'a'), key()),
        await call('PUT', keys(version, ROOM, 'a'), key()),
        await call('GET', '/version'),
        await call('DELETE', keys(version, ROOM, 'none')),
        await call('DELETE', keys(version, ROOM, 'a')),
      ].map((reply) => reply['etag'] as string);
      expect(new Set(etags.slice(0, 4))).to.have.property('size', 1);
      expect(etags[4]).not.to.equal(etags[3]);
    });

    for (const [name, better, worse] of [
      ['a verified one', { is_verified: true, first_message_index: 9 }, { is_verified: false, first_message_index: 1 }],
      ['the one that begins earlier', { first_message_index: 3, forwarded_count: 9 }, { first_message_index: 4, forwarded_count: 0 }],
      ['the one that was forwarded less', { forwarded_count: 1 }, { forwarded_count: 2 }],
    ] as const) {
      it(`of one session: ${name} stays`, async () => {
        for (const order of [
          [better, worse],
          [worse, better],
        ]) {
          for (const each of order) await call('PUT', keys(version, ROOM, SESSION), key(each));
          expect(await call('GET', keys(version, ROOM, SESSION))).to.deep.equal(key(better));
          await call('DELETE', keys(version));
        }
      });
    }

    it('can be written to the current version only', async () => {
      const old = version;
      const current = await create();
      const refused = await expectError(call('PUT', keys(old, ROOM, SESSION), key()), 403, 'M_WRONG_ROOM_KEYS_VERSION');
      expect(refused.body).to.include({ current_version: current });
      await expectError(call('PUT', keys('99', ROOM, SESSION), key()), 404, 'M_NOT_FOUND');
      expect(await call('GET', keys(old))).to.deep.equal({ rooms: {} });
      await call('DELETE', `/version/${current}`);
      await call('DELETE', `/version/${old}`);
      await expectError(call('PUT', keys(old, ROOM, SESSION), key()), 404, 'M_NOT_FOUND');
    });

    it('have to be complete and of a bearable size', async () => {
      await expectError(call('PUT', keys(version, ROOM, SESSION), { session_data: {} }), 400, 'M_BAD_JSON');
      await expectError(call('PUT', keys(version, ROOM, SESSION), key({ forwarded_count: -1 })), 400, 'M_BAD_JSON');
      await expectError(call('PUT', keys(version, ROOM, SESSION), key({ session_data: { text: 'x'.repeat(66_000) } })), 413, 'M_TOO_LARGE');
      await expectError(call('PUT', keys(version, ROOM, 'x'.repeat(300)), key()), 400, 'M_INVALID_PARAM');
    });
  });
});
