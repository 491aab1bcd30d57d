import { expect } from 'chai';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { otherServer, type OtherServer } from '../support/http-server.ts';

const HTML = { 'content-type': 'text/html; charset=utf-8' };
const HOUR = 3_600_000;

/** https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mediapreview_url */
describe('URL previews', () => {
  let web: OtherServer;
  let pages: Record<string, (request: IncomingMessage, response: ServerResponse) => unknown>;
  let visits: string[];
  let png: Buffer;
  let server: TestServer;
  let alice: TestUser;
  before(async () => {
    png = await sharp({ create: { width: 30, height: 20, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    web = await otherServer((request, response) => {
      visits.push(request.url ?? '');
      const page = pages[request.url ?? ''];
      if (page === undefined) response.writeHead(404).end();
      else page(request, response);
    });
  });
  after(() => web.close());
  beforeEach(() => {
    visits = [];
    pages = { '/image.png': (_request, response) => response.writeHead(200, { 'content-type': 'image/png' }).end(png) };
  });

  const start = async (options: { settings?: Json; allowed?: string[]; modules?: unknown[] } = {}): Promise<void> => {
    const config = { url_previews: options.settings ?? {}, outgoing: { allow_addresses: options.allowed ?? ['127.0.0.1'] } };
    server = await boot({ clock: 'fake', config, modules: options.modules ?? [] });
    alice = await server.user('alice');
  };
  afterEach(() => server.close());

  const preview = (url: string, user = alice, path = '/_matrix/client/v1/media/preview_url'): Promise<Json> =>
    user.request('GET', `${path}?url=${encodeURIComponent(url)}&ts=1`);
  const serve = (path: string, html: string | Buffer, headers: Record<string, string> = HTML): void => {
    pages[path] = (_request, response) => response.writeHead(200, headers).end(html);
  };
  const of = async (html: string | Buffer, headers?: Record<string, string>): Promise<Json> => {
    serve('/page', html, headers);
    return preview(`${web.url}/page`);
  };

  describe('of a page', () => {
    beforeEach(() => start());

    it('tell what it says about itself, with the image from this server', async () => {
      const shown = await of(`<html><head><title>Other</title>
        <meta property="og:title" content="Fish &amp; Chips"><meta property="og:description" content="  Two
        lines "><meta property="og:image" content="/image.png"><meta property="og:site_name" content="Site">
        <meta property="og:video" content="https://elsewhere.example/v.mp4"><meta property="og:image:width" content="9999"></head></html>`);
      const { 'og:image': uri, ...rest } = shown;
      expect(rest).to.deep.equal({
        'og:title': 'Fish & Chips',
        'og:description': 'Two lines',
        'og:site_name': 'Site',
        'og:image:type': 'image/png',
        'og:image:width': 30,
        'og:image:height': 20,
        'matrix:image:size': png.length,
      });
      const path = String(uri).replace('mxc://', '/_matrix/client/v1/media/download/');
      const image = await fetch(server.url + path, { headers: { authorization: `Bearer ${alice.accessToken}` } });
      expect(Buffer.from(await image.arrayBuffer()).equals(png)).to.equal(true);
    });

    it('make do with what Twitter, or HTML, has', async () => {
      expect(await of('<meta name="twitter:title" content="T"><meta name="twitter:description" content="D"><title>no</title>')).to.deep.equal({
        'og:title': 'T',
        'og:description': 'D',
      });
      await server.advance(HOUR);
      expect(await of('<title> A <b>title</b></title><meta name="Description" content="D"><h1>H</h1>')).to.deep.equal({
        'og:title': 'A <b>title</b>',
        'og:description': 'D',
      });
      await server.advance(HOUR);
      expect(
        await of('<svg><desc>x</desc></svg><h1>A <i>heading</i></h1><p> </p><p>First <b>text</b>.</p><p>Second</p><script>no()</script>'),
      ).to.deep.equal({
        'og:title': 'A heading',
        'og:description': 'First text.',
      });
      await server.advance(HOUR);
      expect(await of('<link rel="image_src" href="image.png">')).to.include({ 'og:image:width': 30 });
    });

    it('are empty where a page says nothing, or is no page', async () => {
      expect(await of('')).to.deep.equal({});
      await server.advance(HOUR);
      expect(await of('<title>not HTML</title>', { 'content-type': 'application/json' })).to.deep.equal({});
    });

    it('show an image that is linked itself', async () => {
      expect(await preview(`${web.url}/image.png`)).to.include({ 'og:image:type': 'image/png', 'og:image:height': 20 });
    });

    it('leave out what only pretends to be an image, or cannot be had', async () => {
      serve('/fake.png', '<script>alert(1)</script>', { 'content-type': 'image/png' });
      serve('/image.svg', '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>', { 'content-type': 'image/svg+xml' });
      for (const image of [
        '/fake.png',
        '/image.svg',
        '/missing.png',
        'javascript:alert(1)',
        'data:image/png;base64,AAAA',
        'http://[',
        'http://10.0.0.1/x.png',
      ]) {
        expect(await of(`<title>T</title><meta property="og:image" content="${image}">`), image).to.deep.equal({ 'og:title': 'T' });
        await server.advance(HOUR);
      }
    });

    it('know the encoding of a page', async () => {
      const cases: [bytes: Buffer, headers: Record<string, string>][] = [
        [Buffer.from('<title>é</title>', 'latin1'), { 'content-type': 'text/html; charset=ISO-8859-1' }],
        [Buffer.from('<meta charset="iso-8859-1"><title>é</title>', 'latin1'), { 'content-type': 'text/html' }],
        [Buffer.from('<title>é</title>'), { 'content-type': 'text/html; charset="nonsense"' }],
        [Buffer.from('\uFEFF<title>é</title>', 'utf16le'), { 'content-type': 'text/html; charset=utf-8' }],
        [gzipSync('<title>é</title>'), { ...HTML, 'content-encoding': 'gzip' }],
      ];
      for (const [bytes, headers] of cases) {
        expect(await of(bytes, headers), JSON.stringify(headers)).to.deep.equal({ 'og:title': 'é' });
        await server.advance(HOUR);
      }
    });

    it('are short', async () => {
      const shown = await of(`<title>${'😀'.repeat(1000)}</title><meta property="og:description" content="${'x'.repeat(100_000)}">`);
      expect(Array.from(String(shown['og:title']))).to.have.length(300);
      expect(String(shown['og:description'])).to.have.length(1000);
    });

    it('are read in time and memory that a hostile page cannot stretch', async () => {
      for (const html of [
        '<div>'.repeat(200_000),
        '<b>'.repeat(170_000) + '</i>'.repeat(90_000),
        `<p ${'a='.repeat(400_000)}`,
        `<title>${'&amp;'.repeat(200_000)}`,
        '<meta name=x content=y>'.repeat(40_000),
      ]) {
        const began = performance.now();
        await of(`<title>T</title>${html}`);
        expect(performance.now() - began).to.be.below(3_000);
        await server.advance(HOUR);
      }
    });

    it('follow redirections, but not for ever', async () => {
      pages['/from'] = (_request, response) => response.writeHead(302, { location: '/page' }).end();
      serve('/page', '<title>T</title>');
      expect(await preview(`${web.url}/from`)).to.deep.equal({ 'og:title': 'T' });
      pages['/loop'] = (_request, response) => response.writeHead(302, { location: '/loop' }).end();
      await expectError(preview(`${web.url}/loop`), 502, 'M_UNKNOWN');
      expect(visits.filter((path) => path === '/loop')).to.have.length(6);
    });
  });

  it('are kept for a while, for everybody', async () => {
    await start();
    serve('/page', '<title>old</title>');
    expect(await preview(`${web.url}/page`)).to.deep.equal({ 'og:title': 'old' });
    serve('/page', '<title>new</title>');
    const bob = await server.user('bob');
    expect(await preview(`${web.url}/page#part`, bob)).to.deep.equal({ 'og:title': 'old' });
    expect(await preview(`${web.url}/page`, bob, '/_matrix/media/v3/preview_url')).to.deep.equal({ 'og:title': 'old' });
    expect(await preview(`${web.url}/page`, bob, '/_matrix/media/r0/preview_url')).to.deep.equal({ 'og:title': 'old' });
    expect(visits).to.deep.equal(['/page']);
    await server.advance(HOUR);
    expect(await preview(`${web.url}/page`)).to.deep.equal({ 'og:title': 'new' });
  });

  it('ask a page once when a whole room wants to see it, also when there is none', async () => {
    await start();
    serve('/page', '<title>T</title><meta property="og:image" content="/image.png">');
    const shown = await Promise.all(Array.from({ length: 20 }, () => preview(`${web.url}/page`)));
    expect(new Set(shown.map((one) => one['og:image'])).size).to.equal(1);
    await Promise.all(Array.from({ length: 20 }, () => expectError(preview(`${web.url}/missing`), 502, 'M_UNKNOWN')));
    expect(visits).to.have.members(['/page', '/image.png', '/missing']);
    serve('/missing', '<title>there</title>');
    await server.advance(60_000);
    expect(await preview(`${web.url}/missing`)).to.deep.equal({ 'og:title': 'there' });
  });

  it('store the same image once', async () => {
    await start();
    serve('/one', '<meta property="og:image" content="/image.png">');
    serve('/two', '<meta property="og:image" content="/image.png">');
    const one = await preview(`${web.url}/one`);
    expect((await preview(`${web.url}/two`))['og:image']).to.equal(one['og:image']);
  });

  it('read no more than is allowed', async () => {
    await start({ settings: { max_page: '1KiB', max_image: 50 } });
    serve('/page', `<title>T</title><meta property="og:image" content="/image.png">${' '.repeat(2000)}<meta property="og:title" content="late">`);
    expect(await preview(`${web.url}/page`)).to.deep.equal({ 'og:title': 'T' });
    pages['/endless'] = (_request, response) => {
      response.writeHead(200, HTML);
      const more = (): void => {
        if (!response.destroyed) response.write('<p>x</p>'.repeat(1000), more);
      };
      more();
    };
    expect(await preview(`${web.url}/endless`)).to.deep.equal({ 'og:description': 'x' });
  });

  it('have only images that the modules allow', async () => {
    const seen: Json[] = [];
    class NoImages {
      constructor(_config: unknown, api: { registerSpamCheckerCallbacks(callbacks: object): void }) {
        api.registerSpamCheckerCallbacks({
          check_media_file_for_spam: async (_file: unknown, info: Json) => {
            seen.push(info);
            return false;
          },
        });
      }
    }
    await start({ modules: [{ module: NoImages }] });
    serve('/page', '<title>T</title><meta property="og:image" content="/image.png">');
    expect(await preview(`${web.url}/page`)).to.deep.equal({ 'og:title': 'T' });
    expect(seen).to.have.length(1);
    expect(seen[0]).to.include({ urlCache: true, mediaType: 'image/png' });
  });

  it('look at nothing that is not public', async () => {
    await start({ allowed: [] });
    serve('/', '<title>secret</title>');
    const { port } = new URL(web.url);
    const hosts = [
      '127.0.0.1',
      'localhost',
      '2130706433',
      '0x7f.1',
      '0.0.0.0',
      '10.0.0.1',
      '100.64.0.1',
      '169.254.169.254',
      '192.0.0.1',
      '255.255.255.255',
      '[::]',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '[::127.0.0.1]',
      '[::ffff:0:127.0.0.1]',
      '[64:ff9b::7f00:1]',
      '[64:ff9b:1::7f00:1]',
      '[2002:7f00:1::]',
      '[2001::1]',
      '[fc00::1]',
      '[fe80::1]',
      '[fec0::1]',
      '[ff02::1]',
    ];
    for (const host of hosts) await expectError(preview(`http://${host}:${port}/`), 502, 'M_UNKNOWN');
    expect(visits).to.deep.equal([]);
  });

  it('are not led into the private network by a redirection', async () => {
    await start();
    const { port } = new URL(web.url);
    for (const target of [
      `http://127.0.0.2:${port}/`,
      `http://[::ffff:127.0.0.2]:${port}/`,
      'http://169.254.169.254/',
      'file:///etc/passwd',
      'gopher://127.0.0.1/',
    ]) {
      const path = `/to/${encodeURIComponent(target)}`;
      pages[path] = (_request, response) => response.writeHead(302, { location: target }).end();
      await expectError(preview(web.url + path), 502, 'M_UNKNOWN');
    }
  });

  it('are of web pages only', async () => {
    await start();
    for (const url of [
      '',
      'page',
      'file:///etc/passwd',
      'data:text/html,x',
      'ftp://example.org/',
      'mxc://localhost/x',
      'http://user:secret@example.org/',
    ]) {
      await expectError(preview(url), 400, 'M_INVALID_PARAM');
    }
    await expectError(alice.request('GET', '/_matrix/client/v1/media/preview_url'), 400, 'M_MISSING_PARAM');
  });

  it('can be switched off', async () => {
    await start({ settings: { enabled: false } });
    await expectError(preview(`${web.url}/page`), 403, 'M_FORBIDDEN');
  });
});
