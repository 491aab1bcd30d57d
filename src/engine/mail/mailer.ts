import type { Transporter } from 'nodemailer';
import type { Config } from '../../config/config.ts';
import { MatrixError } from '../../kernel/errors.ts';
import type { Mail } from '../../store/mails.ts';
import { trustedCertificates } from '../certificates.ts';

type Settings = NonNullable<Config['mail']>;

/** How long the mail server may take for each step (ms). */
const TIMEOUT = 15_000;

/** What mails are given to. */
export type MailSender = Pick<Mailer, 'send'>;

/** Hands mails to the administrator's mail server, which may well be in the private network. */
export class Mailer {
  readonly #settings: Settings;
  readonly #certificates: string[] | undefined;
  #transport: Transporter | undefined;

  /** @param extraCa files with certificates to trust besides the well-known ones */
  constructor(settings: Settings, extraCa: readonly string[]) {
    this.#settings = settings;
    this.#certificates = trustedCertificates(extraCa);
  }

  /** @throws MatrixError when the mail server does not want this mail, and never will; any other error when it is worth trying again */
  async send({ recipient, subject, text, html, unsubscribeUrl }: Mail): Promise<void> {
    this.#transport ??= await this.#connect();
    try {
      // An object, so that nothing in the address is taken for a list of addresses.
      const to = { name: '', address: recipient };
      await this.#transport.sendMail({
        from: this.#settings.from,
        to,
        subject,
        text,
        html: html ?? undefined,
        headers: headersOf(unsubscribeUrl ?? undefined),
      });
    } catch (error) {
      if (isRefusal(error)) throw new MatrixError(400, 'M_UNKNOWN', `The mail server refuses the mail: ${error.message}`);
      throw error;
    }
  }

  async #connect(): Promise<Transporter> {
    const { createTransport } = await import('nodemailer');
    const { host, port, security, user, password } = this.#settings;
    return createTransport({
      host,
      port,
      secure: security === 'tls',
      requireTLS: security === 'starttls',
      ignoreTLS: security === 'none',
      ...(user !== undefined && { auth: { user, pass: password ?? '' } }),
      ...(this.#certificates !== undefined && { tls: { ca: this.#certificates } }),
      connectionTimeout: TIMEOUT,
      greetingTimeout: TIMEOUT,
      socketTimeout: TIMEOUT,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }
}

/** For mail programs with a button that stops such mails: RFC 8058. */
const headersOf = (unsubscribeUrl: string | undefined): Record<string, string> =>
  unsubscribeUrl === undefined ? {} : { 'List-Unsubscribe': `<${unsubscribeUrl}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };

/** What is wrong with the mail or its recipient (RFC 5321, 4.2.1: 5yz) does not become right by waiting; a wrong password may. */
const isRefusal = (error: unknown): error is Error =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'EENVELOPE' || error.code === 'EMESSAGE') &&
  'responseCode' in error &&
  Number(error.responseCode) >= 500;
