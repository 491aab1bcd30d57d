import { expect } from 'chai';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import type { Page } from 'playwright-core';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { adminWithPassword } from '../support/admin-with-password.ts';
import { moduleWith } from '../modules/module-with.ts';
import { useBrowser, type BrowserPage } from '../support/browser.ts';

const PATH = '/_plexus/admin';
const EVIL = '<img src=x onerror="document.title=1">';

describe('the page for admins', () => {
  let server: TestServer;
  const start = (config: object = {}): Promise<TestServer> =>
    boot({
      config: { ...config },
      modules: [
        { module: 'plexus:spam-filter', config: { links: { max: 1 }, patterns: [{ pattern: 'casino', reason: EVIL }] } },
        { module: 'plexus:demo', config: { blocked: ['@mallory:localhost'] } },
        { module: moduleWith(() => undefined), name: 'keeper', config: { api_key: 'secret of the keeper' } },
      ],
    });
  afterEach(() => server.close());

  describe('as files', () => {
    const ask = (path: string, method = 'GET', headers = {}): Promise<Response> => fetch(server.url + path, { method, headers, redirect: 'manual' });

    /** Of a path exactly as it is written: fetch would tidy it up. */
    const statusOf = async (path: string): Promise<number | undefined> => {
      const { hostname, port } = new URL(server.url);
      const [reply] = (await once(request({ hostname, port, path }).end(), 'response')) as [IncomingMessage];
      reply.resume();
      return reply.statusCode;
    };

    it('loads nothing from elsewhere, and cannot be framed', async () => {
      server = await start();
      for (const [path, type] of Object.entries({
        '': 'text/html',
        '/': 'text/html',
        '/app.js': 'text/javascript',
        '/style.css': 'text/css',
        '/icon.svg': 'image/svg+xml',
      })) {
        const reply = await ask(PATH + path);
        expect(reply.status, path).to.equal(200);
        expect(reply.headers.get('content-type')).to.contain(type);
        const policy = reply.headers.get('content-security-policy');
        expect(policy).to.contain("default-src 'none'").and.contain("script-src 'self'").and.contain("frame-ancestors 'none'");
        expect(policy).to.not.contain('unsafe');
        expect(reply.headers.get('x-content-type-options')).to.equal('nosniff');
        expect(reply.headers.get('access-control-allow-origin')).to.equal(null);
        expect(await reply.text()).to.not.match(/(?:src|href|from|url\()\s*=?\s*["']?(?:https?:)?\/\/(?!www\.w3\.org)/);
      }
    });

    it('is kept by the browser as long as it is the same', async () => {
      server = await start();
      const etag = (await ask(PATH)).headers.get('etag') ?? '';
      expect((await ask(PATH, 'GET', { 'if-none-match': etag, 'cache-control': 'max-age=0' })).status).to.equal(304);
    });

    it('is only read', async () => {
      server = await start();
      const head = await ask(`${PATH}/app.js`, 'HEAD');
      expect([head.status, await head.text()]).to.deep.equal([200, '']);
      for (const method of ['POST', 'PUT', 'DELETE']) {
        const reply = await ask(PATH, method);
        expect([reply.status, await reply.json()]).to.have.deep.nested.property('1.errcode', 'M_UNRECOGNIZED');
        expect(reply.status).to.equal(405);
      }
    });

    it('leads to no other file', async () => {
      server = await start();
      for (const path of [
        '/../package.json',
        '/%2e%2e/package.json',
        '/..%2fpackage.json',
        '/app.js/..',
        '//etc/passwd',
        '/constructor',
        '/app.js%00',
        '/dom',
      ]) {
        expect(await statusOf(PATH + path), path).to.equal(404);
      }
    });

    it('is not there when it is switched off', async () => {
      server = await start({ admin_page: false });
      expect((await ask(PATH)).status).to.equal(404);
      expect((await ask(`${PATH}/app.js`)).status).to.equal(404);
    });
  });

  describe('in a browser', function () {
    this.timeout(60_000);
    const open = useBrowser();
    let browser: BrowserPage, page: Page, alice: TestUser, room: string;

    beforeEach(async () => {
      server = await start();
      await adminWithPassword(server, 'root', 'a password');
      alice = await server.user('alice');
      room = await alice.createRoom();
      browser = await open();
      page = browser.page;
      page.setDefaultTimeout(15_000);
      await page.goto(server.url + PATH);
    });
    afterEach(() => browser.context.close());

    const logIn = async (password = 'a password'): Promise<void> => {
      await page.getByLabel('Name').fill('root');
      await page.getByLabel('Password').fill(password);
      await page.getByRole('button', { name: 'Log in' }).click();
    };
    const card = (name: string): ReturnType<Page['getByRole']> => page.getByRole('region', { name, exact: true }).first();
    const links = (count: number): string => Array.from({ length: count }, (_, index) => `https://a${index}.example.org`).join(' ');

    it('wants an admin, and forgets them when they log out', async () => {
      await logIn('another password');
      await page.getByRole('alert').filter({ hasText: 'password' }).waitFor();
      await logIn();
      await page.getByRole('heading', { name: 'spam-filter' }).waitFor();
      expect(await page.evaluate('localStorage.length + document.cookie.length')).to.equal(0);
      await page.getByRole('button', { name: 'Log out' }).click();
      await page.getByRole('heading', { name: 'Log in' }).waitFor();
      expect(await page.evaluate('sessionStorage.length')).to.equal(0);
      expect(await page.getByRole('heading', { name: 'spam-filter' }).count()).to.equal(0);
    });

    it('shows the modules with figures that follow what happens, and no secrets', async () => {
      await logIn();
      const cells = card('spam-filter').getByRole('row', { name: 'check_event_for_spam' });
      await cells.waitFor();
      await expectError(alice.send(room, links(3)), 403);
      await cells.filter({ hasText: /check_event_for_spam\d+1\d/ }).waitFor();
      await card('keeper').getByRole('button', { name: 'Configure' }).click();
      await page.getByRole('form', { name: 'Configuration of keeper' }).waitFor();
      expect(await page.content()).to.not.contain('secret of the keeper');
    });

    it('changes a configuration by its form, and tells what a module does not accept where it stands', async () => {
      await logIn();
      await card('spam-filter').getByRole('button', { name: 'Configure' }).click();
      const form = page.getByRole('form', { name: 'Configuration of spam-filter' });
      const max = form.getByLabel('max', { exact: true });
      expect(await max.inputValue()).to.equal('1');
      await max.fill('-1');
      await form.getByRole('button', { name: 'Save' }).click();
      await form.getByRole('alert').filter({ hasText: 'must be >= 0' }).waitFor();
      expect(await max.getAttribute('aria-invalid')).to.equal('true');
      await expectError(alice.send(room, links(2)), 403);
      await max.fill('2');
      await form.getByRole('button', { name: 'Save' }).click();
      await form.waitFor({ state: 'detached' });
      await alice.send(room, links(2));
      await expectError(alice.send(room, links(3)), 403);
      await expectError(alice.send(room, 'casino'), 403);
    });

    it('switches a module to shadow, and removes and adds one, after it was confirmed', async () => {
      await logIn();
      await card('spam-filter').getByRole('button', { name: 'Switch to shadow' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
      await expectError(alice.send(room, links(2)), 403);
      await card('spam-filter').getByRole('button', { name: 'Switch to shadow' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Switch to shadow' }).click();
      await card('spam-filter').getByRole('button', { name: 'Enforce' }).waitFor();
      await alice.send(room, links(2));
      await card('demo').getByRole('button', { name: 'Remove' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
      await page.getByRole('heading', { name: 'demo', exact: true }).waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Add a module' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Module', { exact: true }).fill('plexus:dem');
      await dialog.getByRole('button', { name: 'Add' }).click();
      await dialog.getByRole('alert').filter({ hasText: 'did you mean plexus:demo?' }).waitFor();
      await dialog.getByLabel('Module', { exact: true }).fill('plexus:demo');
      await dialog.getByRole('button', { name: 'Add' }).click();
      await page.getByRole('heading', { name: 'demo', exact: true }).waitFor();
    });

    it('shows decisions as they are made, as text only, and filters them', async () => {
      await logIn();
      await page.getByRole('link', { name: 'Decisions' }).first().click();
      await page.getByText('Nothing was found.').waitFor();
      await expectError(alice.send(room, 'casino'), 403);
      const entry = page.getByRole('article').filter({ hasText: 'spam-filter' });
      await entry.filter({ hasText: EVIL }).filter({ hasText: room }).waitFor();
      await page.getByLabel('User').fill('@bob:localhost');
      await page.getByRole('button', { name: 'Filter' }).click();
      await page.getByText('Nothing was found.').waitFor();
      await page.getByLabel('User').fill(alice.userId);
      await page.getByRole('button', { name: 'Filter' }).click();
      await entry.waitFor();
      expect(await page.title()).to.contain('Decisions');
      expect(browser.complaints).to.deep.equal([]);
    });

    it('can be read on a phone and by the keyboard alone', async () => {
      await page.setViewportSize({ width: 360, height: 700 });
      await page.getByLabel('Name').focus();
      await page.keyboard.type('root');
      await page.keyboard.press('Tab');
      await page.keyboard.type('a password');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'spam-filter' }).waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth')).to.be.at.most(360);
      await card('spam-filter').getByRole('button', { name: 'Switch to shadow' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    });
  });
});
