import { expect } from 'chai';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MediaRepositoryCallbacks } from '../../src/modules/public.ts';
import { boot, type TestServer, type TestUser } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { moduleWith } from './module-with.ts';

const UPLOAD = '/_matrix/media/v3/upload';
const HOUR = 3_600_000;

describe('what modules say about uploads', () => {
  let folder: string;
  let server: TestServer;
  let alice: TestUser;
  let asked: (readonly unknown[])[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'plexus-media-limits-'));
    asked = [];
  });
  afterEach(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  const start = async (callbacks: MediaRepositoryCallbacks, media: Json = {}): Promise<void> => {
    const module = moduleWith((api) => api.registerMediaRepositoryCallbacks(callbacks));
    server = await boot({
      clock: 'fake',
      modules: [{ module }],
      database: join(folder, 'plexus.db'),
      config: { media: { max_upload: '1MiB', ...media } },
    });
    alice = await server.user('alice');
  };
  const ask = async (path: string, method: string, body?: Buffer | ReadableStream, user = alice): Promise<Json> => {
    const headers = { authorization: `Bearer ${user.accessToken}`, 'content-type': 'text/plain' };
    const reply = await fetch(server.url + path, { method, headers, ...(body !== undefined && { body, duplex: 'half' }) });
    return { status: reply.status, ...((await reply.json()) as Json) };
  };
  const inPieces = (size: number): ReadableStream => new Blob([Buffer.alloc(size)]).stream();
  const announced = async (): Promise<string> =>
    `${UPLOAD}/${String((await ask('/_matrix/media/v1/create', 'POST'))['content_uri']).slice('mxc://'.length)}`;
  /** Every way to upload a file of some size. */
  const ROADS: Record<string, (size: number) => Promise<Json>> = {
    'at once': (size) => ask(UPLOAD, 'POST', Buffer.alloc(size)),
    'in pieces': (size) => ask(UPLOAD, 'POST', inPieces(size)),
    'announced before': async (size) => ask(await announced(), 'PUT', Buffer.alloc(size)),
    'announced before, in pieces': async (size) => ask(await announced(), 'PUT', inPieces(size)),
  };
  const filesKept = (): string[] =>
    readdirSync(join(folder, 'media'), { recursive: true, withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : []));

  describe('get_media_config_for_user', () => {
    for (const path of ['/_matrix/client/v1/media/config', '/_matrix/media/v3/config']) {
      it(`says what ${path} answers, and leaves others to the configuration`, async () => {
        await start({
          get_media_config_for_user: (userId) => (userId === '@bob:localhost' ? { 'm.upload.size': 5, 'org.example.quota': { used: 1 } } : null),
        });
        const bob = await server.user('bob');
        expect(await alice.request('GET', path)).to.deep.equal({ 'm.upload.size': 1_048_576 });
        expect(await bob.request('GET', path)).to.deep.equal({ 'm.upload.size': 5, 'org.example.quota': { used: 1 } });
      });
    }

    it('fails as other questions do', async () => {
      await start({
        get_media_config_for_user() {
          throw new Error('as asked for');
        },
      });
      expect(await ask('/_matrix/client/v1/media/config', 'GET')).to.include({ status: 500, errcode: 'M_UNKNOWN' });
    });
  });

  describe('is_user_allowed_to_upload_media_of_size', () => {
    for (const [road, upload] of Object.entries(ROADS)) {
      it(`keeps out what is uploaded ${road}, and nothing of it is left`, async () => {
        await start({
          is_user_allowed_to_upload_media_of_size(...args) {
            asked.push(args);
            return args[1] <= 10;
          },
        });
        expect(await upload(11)).to.include({ status: 413, errcode: 'M_TOO_LARGE' });
        expect(filesKept()).to.deep.equal([]);
        expect(await upload(10)).to.include({ status: 200 });
        expect(asked).to.deep.equal([
          [alice.userId, 11],
          [alice.userId, 10],
        ]);
      });
    }

    it('is not asked of what is too large for anybody', async () => {
      await start({ is_user_allowed_to_upload_media_of_size: (...args) => asked.push(args) > 0 });
      for (const upload of Object.values(ROADS)) expect(await upload(1_048_577)).to.include({ status: 413 });
      expect(asked).to.deep.equal([]);
    });

    it('denies where the module fails', async () => {
      await start({ is_user_allowed_to_upload_media_of_size: () => 'perhaps' as never });
      for (const upload of Object.values(ROADS)) expect(await upload(1)).to.include({ status: 500, errcode: 'M_UNKNOWN' });
      expect(filesKept()).to.deep.equal([]);
    });
  });

  describe('limits over time', () => {
    for (const [road, upload] of Object.entries(ROADS)) {
      it(`hold for what is uploaded ${road}, and modules are told of who comes up against them`, async () => {
        const limit = { period: '1h', max_size: 100, info_uri: 'https://example.org/limits', can_upgrade: true };
        await start({ on_media_upload_limit_exceeded: (...args) => void asked.push(args) }, { upload_limits: [limit] });
        expect(await upload(60)).to.include({ status: 200 });
        const { error, ...refused } = await upload(41);
        expect(error).to.match(/^This file would take you over/);
        expect(refused).to.deep.equal({ status: 403, errcode: 'M_USER_LIMIT_EXCEEDED', info_uri: 'https://example.org/limits', can_upgrade: true });
        const told = { maxBytes: 100, timePeriodMs: HOUR, infoUri: 'https://example.org/limits', canUpgrade: true };
        expect(asked).to.deep.equal([[alice.userId, told, 60, 41]]);
        expect(filesKept()).to.have.length(1);
        expect(await upload(40)).to.include({ status: 200 });
        expect(await upload(1)).to.include({ status: 403 });
        await server.advance(HOUR);
        expect(await upload(100)).to.include({ status: 200 });
      });
    }

    it('are each user’s own, and a file that was announced counts from when it came', async () => {
      await start({}, { upload_limits: [{ period: '1h', max_size: 100 }] });
      const path = await announced();
      await server.advance(HOUR);
      expect(await ask(path, 'PUT', Buffer.alloc(100))).to.include({ status: 200 });
      expect(await ask(UPLOAD, 'POST', Buffer.alloc(1))).to.deep.include({ status: 403, info_uri: 'https://localhost' });
      expect(await ask(UPLOAD, 'POST', Buffer.alloc(100), await server.user('bob'))).to.include({ status: 200 });
    });

    it('hold for uploads that are sent at the same time', async () => {
      await start({}, { upload_limits: [{ period: '1h', max_size: 100 }] });
      const replies = await Promise.all(Array.from({ length: 4 }, () => ask(UPLOAD, 'POST', Buffer.alloc(60))));
      expect(replies.filter(({ status }) => status === 200)).to.have.length(1);
      expect(filesKept()).to.have.length(1);
    });

    it('can be given by modules: others, or none', async () => {
      const limits = new Map<string, object[]>([
        ['@alice:localhost', [{ maxBytes: 5, timePeriodMs: HOUR }]],
        ['@bob:localhost', []],
      ]);
      await start(
        {
          get_media_upload_limits_for_user(...args) {
            asked.push(args);
            return limits.get(args[0]) as never;
          },
        },
        { upload_limits: [{ period: '1h', max_size: 10 }] },
      );
      const [bob, carol] = [await server.user('bob'), await server.user('carol')];
      expect(await ask(UPLOAD, 'POST', Buffer.alloc(6))).to.include({ status: 403, errcode: 'M_USER_LIMIT_EXCEEDED' });
      expect(await ask(UPLOAD, 'POST', Buffer.alloc(11), bob)).to.include({ status: 200 });
      expect(await ask(UPLOAD, 'POST', Buffer.alloc(11), carol)).to.include({ status: 403 });
      expect(asked).to.deep.equal([
        [alice.userId, 6],
        [bob.userId, 11],
        [carol.userId, 11],
      ]);
    });

    it('stay as they are when a module that is told of them fails', async () => {
      const fail = (): never => {
        throw new Error('as asked for');
      };
      await start({ on_media_upload_limit_exceeded: fail }, { upload_limits: [{ period: '1h', max_size: 1 }] });
      expect(await ask(UPLOAD, 'POST', Buffer.alloc(2))).to.include({ status: 403, errcode: 'M_USER_LIMIT_EXCEEDED' });
    });
  });
});
