import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { S3Server } from '../support/s3-server.ts';

const MODULE = 'plexus:s3-media-storage';
const MINUTE = 60_000;
const keyOf = (content: string | Uint8Array): string => {
  const hash = createHash('sha256').update(content).digest('hex');
  return `${hash.slice(0, 2)}/${hash.slice(2, 4)}/${hash}`;
};

describe(MODULE, () => {
  let folder: string;
  let storage: S3Server;
  let server: TestServer;
  let alice: TestUser;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plexus-s3-media-'));
    storage = await S3Server.open();
  });
  afterEach(async () => {
    await server.close();
    await storage.close();
    rmSync(folder, { recursive: true });
  });

  const modules = (config: Json = {}): Json[] => [{ module: MODULE, config: storage.config(config) }];
  const start = async (options: { readonly modules?: Json[]; readonly media?: Json } = {}): Promise<void> => {
    server = await boot({
      clock: 'fake',
      database: join(folder, 'plexus.db'),
      modules: options.modules ?? modules(),
      config: { outgoing: { allow_addresses: ['127.0.0.1'] }, media: { storage: options.media ?? {} } },
    });
    await server.idle();
  };
  const startWithAlice = async (options: Parameters<typeof start>[0] = {}): Promise<void> => {
    await start(options);
    alice = await server.user('alice');
  };
  const localFiles = (): string[] =>
    readdirSync(join(folder, 'media'), { recursive: true, withFileTypes: true }).flatMap((found) => (found.isFile() ? [found.name] : []));
  const loseLocalFiles = (): void => rmSync(join(folder, 'media/files'), { recursive: true });
  const get = (uri: string, headers: Record<string, string> = {}, path = 'download', query = ''): Promise<Response> =>
    fetch(`${server.url}/_matrix/client/v1/media/${path}/${uri.slice('mxc://'.length)}${query}`, {
      headers: { authorization: `Bearer ${alice.accessToken}`, ...headers },
    });
  const image = async (): Promise<Buffer<ArrayBuffer>> =>
    Buffer.from(
      await sharp({ create: { width: 400, height: 200, channels: 3, background: 'red' } })
        .png()
        .toBuffer(),
    );

  it('copies uploads and thumbnails, and serves them from the bucket when they are not here', async () => {
    await startWithAlice();
    const bytes = await image();
    const uri = await alice.upload(bytes, 'image/png');
    const thumbnail = Buffer.from(await (await get(uri, {}, 'thumbnail', '?width=32&height=32&method=crop')).arrayBuffer());
    await server.idle();
    expect(storage.keys().toSorted()).to.deep.equal([keyOf(bytes), keyOf(thumbnail)].toSorted());
    expect(storage.stored).to.include({ 'content-type': 'application/octet-stream' });

    loseLocalFiles();
    const part = await get(uri, { range: 'bytes=0-7' });
    expect([part.status, Buffer.from(await part.arrayBuffer())]).to.deep.equal([206, bytes.subarray(0, 8)]);
    loseLocalFiles();
    expect(Buffer.from((await alice.download(uri)).content).equals(bytes)).to.equal(true);
    const again = await get(uri, {}, 'thumbnail', '?width=32&height=32&method=crop');
    expect(Buffer.from(await again.arrayBuffer()).equals(thumbnail)).to.equal(true);
    expect(localFiles()).to.have.length(2);
    expect((await get(uri, {}, 'thumbnail', '?width=96&height=96&method=crop')).status).to.equal(200);
  });

  it('fetches once for two who read at the same time', async () => {
    await startWithAlice();
    const uri = await alice.upload('hello');
    await server.idle();
    loseLocalFiles();
    storage.requests.length = 0;
    const [one, other] = await Promise.all([alice.download(uri), alice.download(uri)]);
    expect([Buffer.from(one.content).toString(), Buffer.from(other.content).toString()]).to.deep.equal(['hello', 'hello']);
    expect(storage.requests).to.deep.equal([`GET ${keyOf('hello')}`]);
  });

  it('takes an upload while the storage is down, and copies it later, also after a restart', async () => {
    await startWithAlice();
    storage.mode = 'down';
    const uri = await alice.upload('hello');
    await server.idle();
    expect(storage.keys()).to.deep.equal([]);
    expect(Buffer.from((await alice.download(uri)).content).toString()).to.equal('hello');
    await server.close();
    storage.mode = 'up';
    await start();
    expect(storage.keys(), 'before its time').to.deep.equal([]);
    await server.advance(MINUTE);
    await server.idle();
    expect(storage.keys()).to.deep.equal([keyOf('hello')]);
  });

  it('answers 502 while the storage is down, and serves the file when it is back', async () => {
    await startWithAlice();
    const uri = await alice.upload('hello');
    await server.idle();
    loseLocalFiles();
    storage.mode = 'down';
    const reply = await get(uri);
    expect([reply.status, await reply.json()]).to.deep.equal([
      502,
      { errcode: 'M_UNKNOWN', error: 'The storage in which this file lies cannot be reached at the moment; try again later' },
    ]);
    for (const header of ['etag', 'cache-control', 'content-disposition']) expect(reply.headers.get(header), header).to.equal(null);
    storage.mode = 'up';
    expect((await get(uri)).status).to.equal(200);
  });

  it('gives up a storage that hangs', async () => {
    await startWithAlice({ modules: modules({ timeout: '5s' }) });
    const uri = await alice.upload('hello');
    await server.idle();
    loseLocalFiles();
    storage.mode = 'hanging';
    const asked = storage.asked();
    const reply = get(uri);
    await asked;
    await server.advance(5_000);
    expect((await reply).status).to.equal(502);
  });

  it('refuses what is not the file', async () => {
    await startWithAlice();
    const uri = await alice.upload('hello');
    await server.idle();
    loseLocalFiles();
    for (const wrong of ['hallo', 'hell', 'hello world']) {
      storage.corrupt(keyOf('hello'), wrong);
      expect((await get(uri)).status, wrong).to.equal(502);
      expect(localFiles()).to.deep.equal([]);
    }
    expect(server.decisions.map(({ callback, outcome }) => [callback, outcome])).to.deep.equal(
      Array.from({ length: 3 }, () => ['fetch_media_file', 'failed']),
    );
  });

  it('copies what was there before it', async () => {
    await startWithAlice({ modules: [] });
    const bytes = await image();
    const uris = [await alice.upload('one'), await alice.upload('two'), await alice.upload('one'), await alice.upload(bytes, 'image/png')];
    const thumbnail = await get(uris[3] ?? '', {}, 'thumbnail', '?width=32&height=32&method=crop');
    const small = Buffer.from(await thumbnail.arrayBuffer());
    await server.exchangeModules(modules());
    await server.idle();
    expect(storage.keys().toSorted()).to.deep.equal(['one', 'two', bytes, small].map(keyOf).toSorted());
    expect(storage.requests.filter((request) => request.startsWith('PUT'))).to.have.length(4);
  });

  it('deletes in the bucket, too', async () => {
    await startWithAlice();
    const admin = await server.user('admin', { admin: true });
    const [first, second] = [await alice.upload('same'), await alice.upload('same')];
    const remove = (uri: string): Promise<unknown> => admin.request('DELETE', `/_synapse/admin/v1/media/${uri.slice('mxc://'.length)}`);
    await server.idle();
    await remove(first);
    await server.idle();
    expect(storage.keys(), 'somebody else has it').to.deep.equal([keyOf('same')]);
    storage.mode = 'down';
    await remove(second);
    await server.idle();
    await expectError(alice.download(second), 404, 'M_NOT_FOUND');
    storage.mode = 'up';
    await server.advance(MINUTE);
    await server.idle();
    expect([storage.keys(), localFiles()]).to.deep.equal([[], []]);
  });

  it('sends what the configuration wants: prefix, class and encryption', async () => {
    await startWithAlice({
      modules: modules({ prefix: 'plexus/media', storage_class: 'STANDARD_IA', server_side_encryption: 'aws:kms', kms_key_id: 'key' }),
    });
    await alice.upload('hello');
    await server.idle();
    expect(storage.keys()).to.deep.equal([`plexus/media/${keyOf('hello')}`]);
    expect(storage.stored).to.include({
      'x-amz-storage-class': 'STANDARD_IA',
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': 'key',
      'content-length': '5',
    });
    loseLocalFiles();
    expect(storage.keys()).to.have.length(1);
  });

  describe('with files that are larger than a part', () => {
    const large = Buffer.alloc(11 * 1_048_576, 'many words ');
    const inParts = (): Json[] => modules({ part_size: '5MiB' });
    const asked = (): string[] => storage.requests.map((request) => request.replace(keyOf(large), 'KEY').replace(/uploadId=\w+/, 'uploadId=ID'));

    it('sends them part by part', async () => {
      await startWithAlice({ modules: inParts() });
      const uri = await alice.upload(large);
      await server.idle();
      expect(asked()).to.deep.equal([
        'HEAD KEY',
        'POST KEY?uploads=',
        ...[1, 2, 3].map((number) => `PUT KEY?partNumber=${number}&uploadId=ID`),
        'POST KEY?uploadId=ID',
        'HEAD KEY',
      ]);
      expect([storage.stored['content-length'], storage.uploads()]).to.deep.equal([String(1_048_576), []]);
      loseLocalFiles();
      expect(Buffer.from((await alice.download(uri)).content).equals(large)).to.equal(true);
    });

    it('deletes the parts when one of them cannot be sent, and begins anew later', async () => {
      await startWithAlice({ modules: inParts() });
      storage.breaks = /partNumber=2/;
      await alice.upload(large);
      await server.idle();
      expect(asked().slice(-2)).to.deep.equal(['PUT KEY?partNumber=2&uploadId=ID', 'DELETE KEY?uploadId=ID']);
      expect([storage.keys(), storage.uploads()]).to.deep.equal([[], []]);
      storage.breaks = undefined;
      await server.advance(MINUTE);
      await server.idle();
      expect([storage.keys(), storage.uploads()]).to.deep.equal([[keyOf(large)], []]);
    });

    it('does so in a thread of its own', async () => {
      await startWithAlice({ modules: [{ ...inParts()[0], isolation: 'worker' }] });
      await alice.upload(large);
      await server.idle();
      expect([storage.keys(), storage.uploads()]).to.deep.equal([[keyOf(large)], []]);
    });
  });

  it('tells how many files wait', async () => {
    await startWithAlice();
    const admin = await server.user('admin', { admin: true });
    const told = (): Promise<unknown> => admin.request('GET', '/_plexus/admin/v1/media_storage');
    const gauge = async (): Promise<readonly string[]> =>
      (await (await server.fetch('/_synapse/metrics')).text()).split('\n').filter((line) => line.startsWith('plexus_media_waiting'));
    storage.mode = 'down';
    await alice.upload('hello');
    await alice.upload('you');
    await server.idle();
    const down = (await told()) as Json;
    expect(down['waiting']).to.deep.equal({ copies: 2, bytes: 8, deletions: 0 });
    expect(down['failing']).to.be.oneOf([1, 2]);
    expect(await gauge()).to.include.members([
      'plexus_media_waiting{for="copy"} 2',
      'plexus_media_waiting{for="deletion"} 0',
      'plexus_media_waiting_bytes 8',
    ]);
    storage.mode = 'up';
    await server.advance(MINUTE);
    await server.idle();
    expect(await told()).to.deep.include({ waiting: { copies: 0, bytes: 0, deletions: 0 }, failing: 0 });
    expect(await gauge()).to.include('plexus_media_waiting{for="copy"} 0');
    await expectError(alice.request('GET', '/_plexus/admin/v1/media_storage'), 403, 'M_FORBIDDEN');
  });

  it('runs in a thread of its own', async () => {
    await startWithAlice({ modules: [{ ...modules()[0], isolation: 'worker' }] });
    const uri = await alice.upload('hello');
    await server.idle();
    expect(storage.keys()).to.deep.equal([keyOf('hello')]);
    loseLocalFiles();
    expect(Buffer.from((await alice.download(uri)).content).toString()).to.equal('hello');
  });

  it('lets the server start with a wrong key, and takes uploads', async () => {
    await startWithAlice({ modules: modules({ secret_access_key: 'wrong' }) });
    const uri = await alice.upload('hello');
    await server.idle();
    expect(storage.keys()).to.deep.equal([]);
    expect(Buffer.from((await alice.download(uri)).content).toString()).to.equal('hello');
    expect(server.decisions.map(({ callback, outcome, said }) => [callback, outcome, said])).to.deep.equal([
      ['has_media_file', 'failed', `HEAD ${keyOf('hello')} was answered 403`],
    ]);
    await server.exchangeModules(modules());
    await server.advance(MINUTE);
    await server.idle();
    expect(storage.keys()).to.deep.equal([keyOf('hello')]);
  });
});
