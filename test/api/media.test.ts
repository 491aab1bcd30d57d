import { expect } from 'chai';
import sharp from 'sharp';
import { boot, type TestServer, type TestUser } from '../../src/testing/index.ts';

const DOWNLOAD = '/_matrix/client/v1/media/download';
const THUMBNAIL = '/_matrix/client/v1/media/thumbnail';

describe('media', () => {
  let server: TestServer;
  let alice: TestUser;
  beforeEach(async () => {
    server = await boot({
      clock: 'fake',
      config: { media: { max_upload: '1MiB', max_pixels: 1_000_000, max_pending_uploads: 2, pending_upload_lifetime: '1h' } },
    });
    alice = await server.user('alice');
  });
  afterEach(() => server.close());

  const ask = (
    method: string,
    path: string,
    options: { body?: Uint8Array; type?: string; token?: string; headers?: Record<string, string> } = {},
  ): Promise<Response> =>
    fetch(server.url + path, {
      method,
      headers: {
        authorization: `Bearer ${options.token ?? alice.accessToken}`,
        ...(options.type !== undefined && { 'content-type': options.type }),
        ...options.headers,
      },
      ...(options.body !== undefined && { body: Buffer.from(options.body) }),
    });
  const upload = async (bytes: Uint8Array, type: string, name?: string): Promise<string> => {
    const query = name === undefined ? '' : `?filename=${encodeURIComponent(name)}`;
    const reply = await ask('POST', `/_matrix/media/v3/upload${query}`, { body: bytes, type });
    return ((await reply.json()) as { content_uri: string }).content_uri.slice('mxc://'.length);
  };
  const errcode = async (reply: Response): Promise<unknown> => [reply.status, ((await reply.json()) as { errcode: string }).errcode];

  it('gives back what was uploaded, under the name it was given', async () => {
    const id = await upload(Buffer.from('hello'), 'text/plain', 'a näme.txt');
    const reply = await ask('GET', `${DOWNLOAD}/${id}`);
    expect(await reply.text()).to.equal('hello');
    expect(reply.headers.get('content-type')).to.equal('text/plain');
    expect(reply.headers.get('content-disposition')).to.match(/^inline; .*a%20n%C3%A4me\.txt/);
    expect((await ask('GET', `${DOWNLOAD}/${id}/other.txt`)).headers.get('content-disposition')).to.contain('other.txt');
  });

  it('keeps a browser from running what was uploaded', async () => {
    const id = await upload(Buffer.from('<script>alert(1)</script>'), 'text/html');
    const { headers } = await ask('GET', `${DOWNLOAD}/${id}`);
    expect(headers.get('content-disposition')).to.match(/^attachment/);
    expect(headers.get('content-security-policy')).to.contain("sandbox; default-src 'none'");
    expect(headers.get('x-content-type-options')).to.equal('nosniff');
  });

  const ranges: [range: string, status: number, text: string][] = [
    ['bytes=0-4', 206, '01234'],
    ['bytes=7-', 206, '789'],
    ['bytes=-3', 206, '789'],
    ['bytes=5-100', 206, '56789'],
    ['bytes=10-', 416, ''],
    ['lines=1-2', 200, '0123456789'],
    ['bytes=0-1,3-4', 200, '0123456789'],
  ];
  for (const [range, status, text] of ranges) {
    it(`answers the range ${range} with ${status}`, async () => {
      const id = await upload(Buffer.from('0123456789'), 'text/plain');
      const reply = await ask('GET', `${DOWNLOAD}/${id}`, { headers: { range } });
      expect([reply.status, await reply.text()]).to.deep.equal([status, text]);
    });
  }

  it('says all that HEAD asks for, as GET would, without the file', async () => {
    const id = await upload(Buffer.from('0123456789'), 'text/plain', 'digits.txt');
    const described = ['content-type', 'content-length', 'content-disposition', 'content-range', 'etag', 'cache-control'];
    for (const range of ['lines=1-2', 'bytes=2-4']) {
      const [head, get] = [
        await ask('HEAD', `${DOWNLOAD}/${id}`, { headers: { range } }),
        await ask('GET', `${DOWNLOAD}/${id}`, { headers: { range } }),
      ];
      expect([head.status, await head.text()]).to.deep.equal([get.status, '']);
      for (const name of described) expect(head.headers.get(name), name).to.equal(get.headers.get(name));
      await get.arrayBuffer();
    }
    expect((await ask('HEAD', `${DOWNLOAD}/localhost/nothing`)).status).to.equal(404);
  });

  it('refuses a file that is too large, whether its size is announced or not', async () => {
    const large = Buffer.alloc(1_048_577);
    expect(await errcode(await ask('POST', '/_matrix/media/v3/upload', { body: large, type: 'image/png' }))).to.deep.equal([413, 'M_TOO_LARGE']);
    expect(await (await ask('GET', '/_matrix/client/v1/media/config')).json()).to.deep.equal({ 'm.upload.size': 1_048_576 });
  });

  it('is for users only, and knows no other servers', async () => {
    const id = await upload(Buffer.from('x'), 'text/plain');
    expect((await fetch(`${server.url}${DOWNLOAD}/${id}`)).status).to.equal(401);
    expect(await errcode(await ask('GET', `${DOWNLOAD}/elsewhere.org/abc`))).to.deep.equal([404, 'M_NOT_FOUND']);
    expect(await errcode(await ask('GET', `${DOWNLOAD}/localhost/${encodeURIComponent('../../config.yaml')}`))).to.deep.equal([404, 'M_NOT_FOUND']);
  });

  it('serves the old addresses to who sends a token, and to everybody only where that is wanted', async () => {
    const id = await upload(Buffer.from('old'), 'text/plain');
    for (const prefix of ['/_matrix/media/v3', '/_matrix/media/r0']) {
      expect(await (await ask('GET', `${prefix}/download/${id}`)).text()).to.equal('old');
      expect(await errcode(await fetch(`${server.url}${prefix}/download/${id}`))).to.deep.equal([404, 'M_NOT_FOUND']);
    }
    await server.close();
    server = await boot({ config: { media: { public_downloads: true } } });
    alice = await server.user('alice');
    const open = await upload(Buffer.from('open'), 'text/plain');
    expect(await (await fetch(`${server.url}/_matrix/media/v3/download/${open}/name.txt`)).text()).to.equal('open');
    expect((await fetch(`${server.url}${DOWNLOAD}/${open}`)).status).to.equal(401);
  });

  it('makes thumbnails, and only of images', async () => {
    const image = await sharp({ create: { width: 400, height: 200, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const id = await upload(image, 'image/png');
    expect((await ask('GET', `/_matrix/media/v3/thumbnail/${id}?width=32&height=32&method=crop`)).status).to.equal(200);
    for (const [query, width, height] of [
      ['width=90&height=90&method=crop', 96, 96],
      ['width=300&height=300&method=scale', 400, 200],
      ['width=300&height=200', 320, 160],
    ] as const) {
      const reply = await ask('GET', `${THUMBNAIL}/${id}?${query}`);
      expect(reply.status, query).to.equal(200);
      const made = await sharp(Buffer.from(await reply.arrayBuffer())).metadata();
      expect([made.width, made.height], query).to.deep.equal([width, height]);
      expect(made.format).to.equal('jpeg');
    }
    const text = await upload(Buffer.from('no image'), 'image/png');
    expect(await errcode(await ask('GET', `${THUMBNAIL}/${text}?width=32&height=32`))).to.deep.equal([400, 'M_UNKNOWN']);
    const huge = await upload(
      await sharp({ create: { width: 1001, height: 1000, channels: 3, background: 'red' } })
        .png()
        .toBuffer(),
      'image/png',
    );
    expect(await errcode(await ask('GET', `${THUMBNAIL}/${huge}?width=32&height=32`))).to.deep.equal([413, 'M_TOO_LARGE']);
  });

  describe('announced before they are uploaded', () => {
    const announce = async (token?: string): Promise<string> => {
      const reply = await ask('POST', '/_matrix/media/v1/create', token === undefined ? {} : { token });
      return ((await reply.json()) as { content_uri: string }).content_uri.slice('mxc://'.length);
    };
    const fill = (id: string, token?: string): Promise<Response> =>
      ask('PUT', `/_matrix/media/v3/upload/${id}`, { body: Buffer.from('late'), type: 'text/plain', ...(token !== undefined && { token }) });

    it('lets a download wait for the file', async () => {
      const id = await announce();
      expect(await errcode(await ask('GET', `${DOWNLOAD}/${id}?timeout_ms=0`).then(async (reply) => reply))).to.deep.equal([
        504,
        'M_NOT_YET_UPLOADED',
      ]);
      const waiting = ask('GET', `${DOWNLOAD}/${id}`);
      expect((await fill(id)).status).to.equal(200);
      expect(await (await waiting).text()).to.equal('late');
    });

    it('lets only its owner upload it, once, in time', async () => {
      const bob = await server.user('bob');
      const id = await announce();
      expect(await errcode(await fill(id, bob.accessToken))).to.deep.equal([403, 'M_FORBIDDEN']);
      expect((await fill(id)).status).to.equal(200);
      expect(await errcode(await fill(id))).to.deep.equal([409, 'M_CANNOT_OVERWRITE_MEDIA']);
      const late = await announce();
      await server.advance(3_600_000);
      expect(await errcode(await fill(late))).to.deep.equal([404, 'M_NOT_FOUND']);
    });

    it('limits how many a user may announce', async () => {
      await announce();
      await announce();
      expect(await errcode(await ask('POST', '/_matrix/media/v1/create'))).to.deep.equal([429, 'M_LIMIT_EXCEEDED']);
    });
  });
});
