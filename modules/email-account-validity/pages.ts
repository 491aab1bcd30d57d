import type { ModuleApi, Template, WebContext } from 'plexus/module';
import { dateOf, hashOf } from './mails.ts';
import type { Link, ValidityTable } from './validity-table.ts';

type PageName = 'confirm' | 'renewed' | 'used' | 'invalid';
const PAGES: readonly PageName[] = ['confirm', 'renewed', 'used', 'invalid'];

const HEADERS = {
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

/** The pages to which the link in a mail leads. Only the button renews, as programs that look for viruses open every link in a mail. */
export class RenewalPages {
  readonly #api: ModuleApi;
  readonly #table: ValidityTable;
  readonly #period: number;
  readonly #renewed: (userId: string, expires: number) => void;
  readonly #templates: ReadonlyMap<PageName, Template>;

  /** @param renewed is told of each renewal */
  constructor(
    api: ModuleApi,
    table: ValidityTable,
    settings: { readonly period: number; readonly templates: string | undefined; readonly renewed: (userId: string, expires: number) => void },
  ) {
    this.#api = api;
    this.#table = table;
    this.#period = settings.period;
    this.#renewed = settings.renewed;
    const templates = api.readTemplates(
      PAGES.map((name) => `${name}.html`),
      settings.templates,
    );
    this.#templates = new Map(PAGES.flatMap((name, index) => (templates[index] === undefined ? [] : [[name, templates[index]]])));
  }

  /** Asks whether to renew. */
  async ask(ctx: WebContext): Promise<void> {
    const link = await this.#table.link(secretHash(ctx));
    if (link === undefined) this.#answer(ctx, 'invalid');
    else this.#answer(ctx, link.isUsed ? 'used' : 'confirm', link);
  }

  /** Renews. */
  async renew(ctx: WebContext): Promise<void> {
    const expires = this.#api.clock.now() + this.#period;
    const link = await this.#table.use(secretHash(ctx), expires);
    if (link === undefined) return this.#answer(ctx, 'invalid');
    if (link.isUsed) return this.#answer(ctx, 'used', link);
    this.#renewed(link.userId, expires);
    this.#answer(ctx, 'renewed', { ...link, expires });
  }

  #answer(ctx: WebContext, name: PageName, link?: Link): void {
    ctx.set(HEADERS);
    ctx.status = link === undefined ? 404 : 200;
    ctx.type = 'text/html; charset=utf-8';
    ctx.body = this.#templates.get(name)?.render({
      app_name: this.#api.emailAppName,
      user_id: link?.userId,
      expiration: link === undefined ? undefined : dateOf(link.expires),
      period_end: dateOf(this.#api.clock.now() + this.#period),
    });
  }
}

/** What stands for a link in the table. */
function secretHash(ctx: WebContext): string {
  const { token } = ctx.query;
  return hashOf(typeof token === 'string' ? token : '');
}
