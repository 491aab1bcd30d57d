/** What a person's browser does, as far as it takes no screen: it keeps cookies, follows redirections and sends forms. */
export class CookieBrowser {
  /** By name. Like a real browser it keeps them by host, whatever the port is; all hosts of a test are one. */
  readonly cookies = new Map<string, string>();
  readonly #origins: readonly string[];

  /** @param origins the servers that there are: what leads elsewhere is not followed */
  constructor(origins: readonly string[]) {
    this.#origins = origins;
  }

  open(url: string): Promise<Page> {
    return this.#go(url, { method: 'GET' });
  }

  /** Sends the form of a page. @param fields beside the hidden ones of the page, or in their place */
  submit(page: Page, fields: Readonly<Record<string, string>> = {}): Promise<Page> {
    const action = /<form[^>]* action="([^"]*)"/.exec(page.text)?.[1] ?? '';
    const hidden = [...page.text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]);
    const body = new URLSearchParams({ ...(Object.fromEntries(hidden) as Record<string, string>), ...fields });
    return this.#go(new URL(action, page.url).href, { method: 'POST', body });
  }

  async #go(url: string, init: RequestInit): Promise<Page> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { cookie } });
    for (const header of response.headers.getSetCookie()) this.#keep(header);
    const text = await response.text();
    const location = response.headers.get('location');
    const next = location === null ? undefined : new URL(location, url);
    if (next === undefined || !this.#origins.includes(next.origin)) return { url, status: response.status, headers: response.headers, text };
    return this.#go(next.href, { method: 'GET' });
  }

  #keep(header: string): void {
    const [pair = ''] = header.split(';');
    const [name = '', value = ''] = pair.split('=', 2);
    if (/max-age=0\b|expires=Thu, 01 Jan 1970/i.test(header)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

/** Where a browser has arrived. */
export interface Page {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}
