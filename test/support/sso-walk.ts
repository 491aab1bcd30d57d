import { expect } from 'chai';
import { boot, expectError, type TestServer } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { CookieBrowser, type Page } from './cookie-browser.ts';
import { freePort } from './free-port.ts';
import { CLIENT_ID, CLIENT_SECRET, openIdentityProvider, type IdentityProvider } from './identity-provider.ts';

/** Where the client of the tests waits for its token. */
export const CLIENT = 'https://app.example.org/#/login';

/** What is special about a server. */
export interface SsoOptions {
  /** Of the first provider. */
  readonly mapping?: Json;
  readonly provider?: Json;
  /** More providers. */
  readonly more?: Json[];
  readonly sso?: Json;
  readonly config?: Json;
  readonly modules?: unknown[];
  readonly database?: string;
  /** Whether what modules are asked is written down. */
  readonly record?: boolean;
}

/** A server with single sign-on, the provider of identities, and people who walk from one to the other. */
export class SsoWalk {
  readonly base: string;
  readonly provider: IdentityProvider;
  readonly #port: number;
  #server: TestServer | undefined;

  private constructor(port: number, base: string, provider: IdentityProvider) {
    this.#port = port;
    this.base = base;
    this.provider = provider;
  }

  static async open(): Promise<SsoWalk> {
    const port = await freePort();
    const base = `http://127.0.0.1:${port}`;
    return new SsoWalk(port, base, await openIdentityProvider(`${base}/_plexus/client/sso/callback`));
  }

  get server(): TestServer {
    if (this.#server === undefined) throw new Error('The server was not started');
    return this.#server;
  }

  /** The provider as it stands in the configuration. */
  get company(): Json {
    return { id: 'company', name: 'The Company', issuer: this.provider.url, client_id: CLIENT_ID, client_secret: CLIENT_SECRET };
  }

  /** Starts the server, and with it a new story. */
  async start(options: SsoOptions = {}): Promise<void> {
    const mapping = { display_name: '{name}', email: '{email}', ...options.mapping };
    const { people, asked } = this.provider;
    asked.length = 0;
    people.set('1', { preferred_username: 'alice', name: 'Alice Liddell', email: 'Alice@example.org', email_verified: true });
    people.set('2', { preferred_username: 'bob', name: 'Bob' });
    this.#server = await boot({
      clock: 'fake',
      record: options.record ?? false,
      modules: options.modules ?? [],
      ...(options.database !== undefined && { database: options.database }),
      config: {
        public_baseurl: this.base,
        listeners: [{ port: this.#port, bind_addresses: ['127.0.0.1'] }],
        outgoing: { allow_addresses: ['127.0.0.1'] },
        sso: { oidc_providers: [{ ...this.company, mapping, ...options.provider }, ...(options.more ?? [])], ...options.sso },
        ...options.config,
      },
    });
  }

  async stop(): Promise<void> {
    await this.#server?.close();
    this.#server = undefined;
  }

  newBrowser(): CookieBrowser {
    return new CookieBrowser([this.base, this.provider.url]);
  }

  /** Where a client sends the browser. @param idp the rest of the path */
  redirect(url = CLIENT, idp = ''): string {
    return `${this.base}/_matrix/client/v3/login/sso/redirect${idp}?${new URLSearchParams({ redirectUrl: url }).toString()}`;
  }

  /** Logs in at the provider, and comes back. */
  async comeBack(browser = this.newBrowser(), subject = '1', url = CLIENT): Promise<Page> {
    const form = await browser.open(this.redirect(url));
    expect(form.text, 'the page of the provider').to.include('Log in at the provider');
    return browser.submit(form, { login: subject });
  }

  /** Presses the button as well. @returns where the browser was sent */
  async arrive(browser = this.newBrowser(), subject = '1', url = CLIENT): Promise<URL> {
    return leftFor(await browser.submit(await this.comeBack(browser, subject, url)));
  }

  logInBy(url: URL): Promise<Json> {
    return this.server.request('POST', '/_matrix/client/v3/login', { type: 'm.login.token', token: tokenOf(url) }) as Promise<Json>;
  }

  /** The account that somebody gets at. */
  async userOf(subject: string, browser = this.newBrowser()): Promise<unknown> {
    return (await this.logInBy(await this.arrive(browser, subject)))['user_id'];
  }

  /** The page of the stage m.login.sso. */
  fallback(session: unknown): string {
    return `${this.base}/_matrix/client/v3/auth/m.login.sso/fallback/web?session=${String(session)}`;
  }

  /** Sends a request that has to be authenticated, and goes the way of a person who confirms it at the provider. */
  async confirmed(request: (auth?: Json) => Promise<Json>, browser = this.newBrowser(), subject = '1'): Promise<Json> {
    const { session } = (await expectError(request(), 401)).body;
    const form = await browser.open(linkIn(await browser.open(this.fallback(session))));
    const done = await browser.submit(await browser.submit(form, { login: subject }));
    expect(done.text).to.include('authDone');
    return request({ session: String(session) });
  }
}

export const tokenOf = (url: URL): string => url.searchParams.get('loginToken') ?? '';

export function leftFor(page: Page): URL {
  expect(page.status, page.text).to.equal(303);
  return new URL(page.headers.get('location') ?? '');
}

export function expectPage(page: Page, status: number, text: string): void {
  expect(page.text).to.include(text);
  expect(page.status).to.equal(status);
  expect(page.headers.get('content-type')).to.equal('text/html; charset=utf-8');
}

/** The address of the first link of a page that fits. */
export const linkIn = (page: Page, part = ''): string =>
  [...page.text.matchAll(/href="([^"]*)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&')).find((href) => href.includes(part)) ?? '';
