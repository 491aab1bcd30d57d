import { createHash, randomBytes } from 'node:crypto';
import { MatrixError, type ModuleApi, type Template } from 'plexus/module';
import type { ValidityTable } from './validity-table.ts';

/** Where the link in a mail leads. */
export const RENEWAL_PATH = '/_synapse/client/email_account_validity/renew';

/** Only this is kept of a link's secret: whoever reads the database can renew nothing. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

interface MailSettings {
  readonly baseUrl: string;
  readonly subject: string | undefined;
  readonly templates: string | undefined;
}

/** Writes the mails with renewal links. */
export class RenewalMails {
  readonly #api: ModuleApi;
  readonly #table: ValidityTable;
  readonly #settings: MailSettings;
  readonly #html: Template;
  readonly #text: Template;

  constructor(api: ModuleApi, table: ValidityTable, settings: MailSettings) {
    this.#api = api;
    this.#table = table;
    this.#settings = settings;
    const [html, text] = api.readTemplates(['mail.html', 'mail.txt'], settings.templates);
    if (html === undefined || text === undefined) throw new Error('readTemplates gave fewer templates than it was asked for');
    this.#html = html;
    this.#text = text;
  }

  /** The mail addresses of a user. */
  async addressesOf(userId: string): Promise<readonly string[]> {
    const threepids = await this.#api.getThreepidsForUser(userId);
    return threepids.filter(({ medium }) => medium === 'email').map(({ address }) => address);
  }

  /** Sends a new link to each of the addresses. */
  async send(userId: string, expires: number, addresses: readonly string[]): Promise<void> {
    const { baseUrl, subject } = this.#settings;
    const now = this.#api.clock.now();
    const secret = randomBytes(32).toString('base64url');
    await this.#table.addLink(hashOf(secret), userId, now);
    const { displayName } = await this.#api.getProfileForUser(userId);
    const values = {
      app_name: this.#api.emailAppName,
      user_id: userId,
      display_name: displayName ?? userId,
      expiration: dateOf(expires),
      expired: expires <= now,
      url: `${baseUrl}${RENEWAL_PATH.slice(1)}?token=${secret}`,
    };
    const [html, text] = [this.#html.render(values), this.#text.render(values)];
    for (const address of addresses) await this.#api.sendMail(address, subject ?? `Renew your account on ${this.#api.emailAppName}`, html, text);
  }

  /** Sends a link because the user asks for it. @throws MatrixError for a user without an address, or who asks too often */
  async sendRequested(userId: string, expires: number): Promise<void> {
    const addresses = await this.addressesOf(userId);
    if (addresses.length === 0) {
      throw new MatrixError(400, 'M_THREEPID_NOT_FOUND', 'Your account has no mail address: ask a server administrator to renew it');
    }
    await this.#table.noteRequest(userId, this.#api.clock.now());
    await this.send(userId, expires, addresses);
  }
}

/** As in `Sat, 31 Jan 2026 00:00:00 GMT`. */
export const dateOf = (ts: number): string => new Date(ts).toUTCString();
