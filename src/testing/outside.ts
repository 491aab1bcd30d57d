import { isDeepStrictEqual } from 'node:util';
import type { RequestInit, Response } from 'undici';
import type { SrvRecord } from '../core/federation/srv-order.ts';
import type { MailSender, Network } from '../server/parts.ts';
import { UnmetExpectations } from './errors.ts';

/** A request that left the server, or would have. */
export interface OutboundRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  /** As JSON where it is JSON, else as text; undefined without one. */
  readonly body: unknown;
}

/** What is answered: a body that is sent as JSON (a text as it is), with status 200; or all of it. */
export interface OutboundReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** An Error fails the request as a network does. */
export type OutboundReplier = (request: OutboundRequest) => OutboundReply | Error;

/** What a test declares that the server will ask. */
export interface OutboundExpectation {
  readonly method: string;
  readonly url: string | RegExp;
  /** The body, when it matters. */
  readonly body?: unknown;
  readonly reply?: OutboundReply | Error | OutboundReplier;
  /** How often; once by default. */
  readonly times?: number;
}

export interface CaughtMail {
  readonly recipient: string;
  readonly subject: string;
  readonly text: string;
}

/** One notification, as the push gateway would get it. */
export interface CaughtPush {
  readonly url: string;
  readonly notification: Readonly<Record<string, unknown>>;
}

const PUSH = '/_matrix/push/v1/notify';

/** Stands in the place of the network and of the mail server: nothing leaves, and what the test did not declare makes it fail. */
export class Outside {
  /** All that was asked, in order. */
  readonly requests: OutboundRequest[] = [];
  readonly #expected: { readonly expectation: OutboundExpectation; left: number }[] = [];
  readonly #unexpected: string[] = [];
  readonly #mails: CaughtMail[] = [];
  readonly #pushes: CaughtPush[] = [];
  readonly #srv = new Map<string, readonly SrvRecord[]>();
  readonly #otherwise: OutboundReplier | undefined;

  /** @param otherwise answers what is not declared; then nothing that leaves the server makes the test fail */
  constructor(otherwise?: OutboundReplier) {
    this.#otherwise = otherwise;
  }

  /** Gives a name SRV records, as `_matrix-fed._tcp.example.org`; no other name has any. */
  setSrvRecords(name: string, records: readonly SrvRecord[]): void {
    this.#srv.set(name, records);
  }

  /** Declares a request that will come. */
  expect(expectation: OutboundExpectation): void {
    this.#expected.push({ expectation, left: expectation.times ?? 1 });
  }

  /** Takes the oldest mail, to this address if one is given. @throws Error when there is none */
  takeMail(recipient?: string): CaughtMail {
    return take(this.#mails, (mail) => recipient === undefined || mail.recipient === recipient, `mail${to(recipient)}`);
  }

  /** Takes the oldest notification, for this pushkey if one is given. @throws Error when there is none */
  takePush(pushkey?: string): CaughtPush {
    const fits = ({ notification }: CaughtPush): boolean =>
      (notification['devices'] as { pushkey: string }[] | undefined)?.some((device) => device.pushkey === pushkey) === true;
    return take(this.#pushes, (push) => pushkey === undefined || fits(push), `notification${to(pushkey)}`);
  }

  /** @throws UnmetExpectations when something was asked that was not declared, declared and not asked, or sent and not taken */
  check(): void {
    if (this.#otherwise !== undefined) return;
    const problems = [
      ...this.#unexpected.map((what) => `not declared: ${what}`),
      ...this.#expected
        .filter(({ left }) => left > 0)
        .map(({ expectation, left }) => `declared, but not asked${left > 1 ? ` (${left} times)` : ''}: ${nameOf(expectation)}`),
      ...this.#mails.map(({ recipient, subject }) => `mail that nobody took: to ${recipient}, "${subject}"`),
      ...this.#pushes.map(({ url }) => `notification that nobody took: to ${url}`),
    ];
    if (problems.length > 0) throw new UnmetExpectations(problems);
  }

  readonly mailer: MailSender = {
    send: ({ recipient, subject, text }) => {
      this.#mails.push({ recipient, subject, text });
      return Promise.resolve();
    },
  };

  readonly network: Network = {
    fetch: (url, init) => this.#answer(url, init),
    resolveSrv: (name) => Promise.resolve(this.#srv.get(name) ?? []),
  };

  async #answer(url: URL, init: RequestInit): Promise<Response> {
    const headers = new Headers([...(init.headers as Iterable<[string, string]>)]);
    const request = { method: init.method ?? 'GET', url: url.href, headers, body: await bodyOf(init.body) };
    this.requests.push(request);
    const reply = this.#replyTo(request, url);
    if (reply instanceof Error) throw reply;
    const { status = 200, body = {} } = reply;
    const content = typeof body === 'string' ? body : JSON.stringify(body);
    const type = typeof body === 'string' ? 'text/plain' : 'application/json';
    const { default: undici } = await import('undici');
    return new undici.Response([204, 304].includes(status) ? null : content, { status, headers: { 'content-type': type, ...reply.headers } });
  }

  #replyTo(request: OutboundRequest, url: URL): OutboundReply | Error {
    const expected = this.#expected.find(({ expectation, left }) => left > 0 && fits(expectation, request));
    if (expected !== undefined) {
      expected.left -= 1;
      const { reply = {} } = expected.expectation;
      return typeof reply === 'function' ? reply(request) : reply;
    }
    if (url.pathname === PUSH) {
      const { notification } = request.body as { notification: CaughtPush['notification'] };
      this.#pushes.push({ url: url.href, notification });
      return { body: { rejected: [] } };
    }
    if (this.#otherwise !== undefined) return this.#otherwise(request);
    const what = `${request.method} ${request.url}`;
    this.#unexpected.push(what);
    return new Error(`The test did not declare ${what}: server.outside.expect({ method: '${request.method}', url: '${request.url}', … })`);
  }
}

function take<T>(all: T[], fits: (one: T) => boolean, what: string): T {
  const at = all.findIndex(fits);
  const [taken] = at < 0 ? [] : all.splice(at, 1);
  if (taken === undefined) throw new Error(`There is no ${what}; await server.idle() first, so that every queue is drained`);
  return taken;
}

const to = (whom: string | undefined): string => (whom === undefined ? '' : ` for ${whom}`);

const nameOf = ({ method, url }: OutboundExpectation): string => `${method} ${String(url)}`;

function fits({ method, url, body }: OutboundExpectation, request: OutboundRequest): boolean {
  const isThere = typeof url === 'string' ? new URL(url).href === request.url : url.test(request.url);
  return isThere && method === request.method && (body === undefined || isDeepStrictEqual(body, request.body));
}

async function bodyOf(body: unknown): Promise<unknown> {
  if (body === undefined || body === null) return undefined;
  const text = await new globalThis.Response(body as ConstructorParameters<typeof globalThis.Response>[0]).text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
