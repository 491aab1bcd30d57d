import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Agent, fetch as undiciFetch } from 'undici';
import { createSigningKey, generateSeed, signJson, verifyJson, type SigningKey } from '../../src/core/signatures.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { TLS_CERTIFICATE, TLS_KEY } from './tls-certificate.ts';

const V2 = '/_matrix/identity/v2';
const SECRET = /^[0-9a-zA-Z.=_-]{1,255}$/;

interface Session {
  readonly email: string;
  readonly clientSecret: string;
  isConfirmed: boolean;
}

/** An invitation that was stored for somebody without an account. */
export interface StoredInvitation {
  readonly request: JsonObject;
  readonly token: string;
  /** What the mail to the invitee holds: where a client gets the invitation signed. */
  readonly signUrl: string;
}

/** What is answered instead, whatever is asked. */
interface Answer {
  readonly status: number;
  readonly body: string;
}

class Refusal extends Error {
  readonly status: number;
  readonly errcode: string;
  constructor(status: number, errcode: string, message: string) {
    super(message);
    this.status = status;
    this.errcode = errcode;
  }
}

interface Asked {
  readonly url: URL;
  readonly authorization: string;
  readonly body: JsonObject;
}

/** An identity server that keeps to https://spec.matrix.org/v1.19/identity-service-api/, over TLS, and takes nothing that it does not allow. */
export class TestIdentityServer {
  readonly #server: Server;
  readonly #longTerm: SigningKey = createSigningKey('ed25519:0', generateSeed());
  readonly #tokens = new Map<string, string>();
  readonly #sessions = new Map<string, Session>();
  readonly #ephemeral = new Map<string, { readonly publicKey: string; readonly sender: string }>();
  readonly #withdrawn = new Set<string>();
  readonly #agent = new Agent({ connect: { ca: TLS_CERTIFICATE } });
  /** User ids by address. */
  readonly bound = new Map<string, string>();
  readonly invitations: StoredInvitation[] = [];
  /** Method and path of everything that was asked, in order. */
  readonly asked: string[] = [];
  /** By path: answered instead, as often as it is asked. */
  readonly answers = new Map<string, Answer>();
  algorithms = ['none', 'sha256'];
  pepper = 'matrixrocks';
  /** Fires after the pepper was told: a test may change it. */
  afterPepper: () => void = () => undefined;
  /** The homeserver, as it would be found by its name. */
  homeserver = { url: '', name: 'localhost' };

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<TestIdentityServer> {
    const server = createServer({ cert: TLS_CERTIFICATE, key: TLS_KEY });
    const identity = new TestIdentityServer(server);
    server.on('request', (request, response) => void identity.#answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return identity;
  }

  /** Host and port: how `id_server` names it. */
  get name(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** For clients that have to trust its certificate. */
  readonly fetch = ((url: string, init?: object) => undiciFetch(url, { ...init, dispatcher: this.#agent })) as unknown as typeof fetch;

  /** The access token of somebody who has an account here. */
  tokenOf(userId: string): string {
    const token = randomBytes(12).toString('hex');
    this.#tokens.set(token, userId);
    return token;
  }

  /** A session in which an address was confirmed, if its owner has opened the link. */
  session(email: string, clientSecret: string, isConfirmed = true): string {
    const sid = randomBytes(8).toString('hex');
    this.#sessions.set(sid, { email, clientSecret, isConfirmed });
    return sid;
  }

  /** The owner of an address opens the link that was sent to them. */
  confirm(email: string): void {
    for (const session of this.#sessions.values()) if (session.email === email) session.isConfirmed = true;
  }

  /** What the invitee's client gets when it asks for the newest invitation to be signed. */
  async signed(mxid: string): Promise<JsonObject> {
    const url = new URL(this.invitations.at(-1)?.signUrl ?? '');
    url.searchParams.set('mxid', mxid);
    return (await (await this.fetch(url.href, { method: 'POST' })).json()) as JsonObject;
  }

  /** No key is good any more. */
  withdrawKeys(): void {
    for (const { publicKey } of this.#ephemeral.values()) this.#withdrawn.add(publicKey);
  }

  async close(): Promise<void> {
    await this.#agent.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = (status: number, body: string): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    const url = new URL(request.url ?? '', `https://${this.name}`);
    const name = `${request.method} ${url.pathname}`;
    this.asked.push(name);
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const instead = this.answers.get(url.pathname);
      if (instead !== undefined) return reply(instead.status, instead.body);
      const handle = this.#handlers[name];
      if (handle === undefined) throw new Refusal(404, 'M_UNRECOGNIZED', `There is no ${name}`);
      const text = Buffer.concat(chunks).toString();
      const body = text === '' ? {} : (JSON.parse(text) as JsonObject);
      reply(200, JSON.stringify(await handle({ url, authorization: request.headers.authorization ?? '', body })));
    } catch (error) {
      const { status = 500, errcode = 'M_UNKNOWN', message } = error as Partial<Refusal>;
      reply(status, JSON.stringify({ errcode, error: message }));
    }
  }

  readonly #handlers: Readonly<Record<string, (asked: Asked) => JsonObject | Promise<JsonObject>>> = {
    [`POST ${V2}/account/register`]: (asked) => this.#register(asked),
    [`POST ${V2}/validate/email/requestToken`]: (asked) => this.#requestToken(asked),
    [`GET ${V2}/hash_details`]: (asked) => this.#hashDetails(asked),
    [`POST ${V2}/lookup`]: (asked) => this.#lookUp(asked),
    [`POST ${V2}/3pid/bind`]: (asked) => this.#bind(asked),
    [`POST ${V2}/3pid/unbind`]: (asked) => this.#unbind(asked),
    [`POST ${V2}/store-invite`]: (asked) => this.#storeInvite(asked),
    [`POST ${V2}/sign-ed25519`]: (asked) => this.#sign(asked),
    [`GET ${V2}/pubkey/isvalid`]: ({ url }) => ({ valid: url.searchParams.get('public_key') === this.#longTerm.publicKey }),
    [`GET ${V2}/pubkey/ephemeral/isvalid`]: ({ url }) => ({ valid: this.#isGood(url.searchParams.get('public_key') ?? '') }),
  };

  /** @returns whose account it is */
  #user({ authorization }: Asked): string {
    const userId = this.#tokens.get(/^Bearer (\S+)$/.exec(authorization)?.[1] ?? '');
    if (userId === undefined) throw new Refusal(401, 'M_UNAUTHORIZED', 'Unauthorized');
    return userId;
  }

  async #register({ body }: Asked): Promise<JsonObject> {
    const [token, type, server] = strings(body, 'access_token', 'token_type', 'matrix_server_name');
    if (type !== 'Bearer' || server !== this.homeserver.name || typeof body['expires_in'] !== 'number') throw bad('This is no OpenID token');
    const info = await fetch(`${this.homeserver.url}/_matrix/federation/v1/openid/userinfo?access_token=${encodeURIComponent(token ?? '')}`);
    const [userId] = strings((await info.json()) as JsonObject, 'sub');
    return { token: this.tokenOf(userId ?? '') };
  }

  #requestToken(asked: Asked): JsonObject {
    this.#user(asked);
    const [clientSecret = '', email = ''] = strings(asked.body, 'client_secret', 'email');
    if (!SECRET.test(clientSecret)) throw bad('client_secret');
    return { sid: this.session(email, clientSecret, false) };
  }

  #hashDetails(asked: Asked): JsonObject {
    this.#user(asked);
    const details = { lookup_pepper: this.pepper, algorithms: this.algorithms };
    this.afterPepper();
    return details;
  }

  #lookUp(asked: Asked): JsonObject {
    this.#user(asked);
    const { algorithm, pepper, addresses } = asked.body;
    only(asked.body, 'algorithm', 'pepper', 'addresses');
    if (typeof algorithm !== 'string' || !this.algorithms.includes(algorithm)) throw bad('algorithm');
    if (pepper !== this.pepper) throw new Refusal(400, 'M_INVALID_PEPPER', 'Unknown or invalid pepper - has it been rotated?');
    if (!Array.isArray(addresses) || addresses.length === 0) throw bad('addresses');
    const known = [...this.bound].map(([email, userId]) => [this.#keyOf(email, algorithm), userId] as const);
    return { mappings: Object.fromEntries(known.filter(([key]) => (addresses as unknown[]).includes(key))) };
  }

  #keyOf(email: string, algorithm: string): string {
    return algorithm === 'none' ? `${email} email` : createHash('sha256').update(`${email} email ${this.pepper}`).digest('base64url');
  }

  #bind(asked: Asked): JsonObject {
    const userId = this.#user(asked);
    const [sid = '', secret, mxid = ''] = strings(asked.body, 'sid', 'client_secret', 'mxid');
    only(asked.body, 'sid', 'client_secret', 'mxid');
    if (mxid !== userId) throw new Refusal(403, 'M_UNAUTHORIZED', 'This user is somebody else');
    const session = this.#sessions.get(sid);
    if (session?.clientSecret !== secret || session === undefined) throw new Refusal(404, 'M_NO_VALID_SESSION', 'No valid session was found');
    if (!session.isConfirmed) throw new Refusal(400, 'M_SESSION_NOT_VALIDATED', 'This validation session has not yet been completed');
    this.bound.set(session.email, mxid);
    const association = { address: session.email, medium: 'email', mxid, not_before: 1, not_after: 4_582_425_849_161, ts: 1 };
    return signJson(association, this.name, this.#longTerm);
  }

  /** The homeserver signs, as it does for other servers: https://spec.matrix.org/v1.19/server-server-api/#request-authentication */
  async #unbind({ authorization, body, url }: Asked): Promise<JsonObject> {
    only(body, 'mxid', 'threepid');
    const [mxid = ''] = strings(body, 'mxid');
    const [, address = ''] = strings(body['threepid'] as JsonObject, 'medium', 'address');
    const { name } = this.homeserver;
    const [, origin = '', keyId = '', sig = ''] = /^X-Matrix origin="([^"]+)",key="([^"]+)",sig="([^"]+)"$/.exec(authorization) ?? [];
    const signatures = { [origin]: { [keyId]: sig } };
    const signed = { method: 'POST', uri: url.pathname, origin, destination_is: this.name, content: body, signatures };
    if (origin !== name || !verifyJson(signed, name, keyId, await this.#keyOfHomeserver(keyId))) {
      throw new Refusal(403, 'M_FORBIDDEN', 'Invalid homeserver signature');
    }
    if (!mxid.endsWith(`:${name}`) || this.bound.get(address) !== mxid) throw new Refusal(403, 'M_FORBIDDEN', 'This was not bound');
    this.bound.delete(address);
    return {};
  }

  /** https://spec.matrix.org/v1.19/server-server-api/#get_matrixkeyv2server, asked with the slash that Sydent puts at the end */
  async #keyOfHomeserver(keyId: string): Promise<string> {
    const { url, name } = this.homeserver;
    const published = (await (await fetch(`${url}/_matrix/key/v2/server/`)).json()) as JsonObject & {
      readonly verify_keys: Readonly<Record<string, { readonly key: string }>>;
    };
    const key = published.verify_keys[keyId]?.key ?? '';
    if (published['server_name'] !== name || !verifyJson(published, name, keyId, key)) throw new Refusal(403, 'M_FORBIDDEN', 'The key is not theirs');
    return key;
  }

  #storeInvite(asked: Asked): JsonObject {
    this.#user(asked);
    const { body } = asked;
    const [medium, address = '', , sender = ''] = strings(body, 'medium', 'address', 'room_id', 'sender');
    only(
      body,
      'medium',
      'address',
      'room_id',
      'sender',
      'room_alias',
      'room_avatar_url',
      'room_join_rules',
      'room_name',
      'sender_display_name',
      'sender_avatar_url',
      'room_type',
    );
    strings(body, ...Object.keys(body));
    if (medium !== 'email') throw new Refusal(400, 'M_UNRECOGNIZED', 'Only addresses of mail can be invited');
    if (this.bound.has(address)) throw new Refusal(400, 'M_THREEPID_IN_USE', 'Binding already known');
    const token = randomBytes(16).toString('hex');
    const seed = generateSeed();
    const { publicKey } = createSigningKey('ed25519:0', seed);
    this.#ephemeral.set(token, { publicKey, sender });
    const link = new URL(`https://${this.name}${V2}/sign-ed25519`);
    link.searchParams.set('token', token);
    link.searchParams.set('private_key', seed.toString('base64url'));
    this.invitations.push({ request: body, token, signUrl: link.href });
    return {
      token,
      display_name: `${address.slice(0, 1)}...@${address.slice(address.indexOf('@') + 1).slice(0, 1)}...`,
      public_keys: [
        { public_key: this.#longTerm.publicKey, key_validity_url: `https://${this.name}${V2}/pubkey/isvalid` },
        { public_key: publicKey, key_validity_url: `https://${this.name}${V2}/pubkey/ephemeral/isvalid` },
      ],
    };
  }

  /** Whoever has the link of the mail may have the invitation signed. */
  #sign({ url }: Asked): JsonObject {
    const [token = '', privateKey = '', mxid = ''] = ['token', 'private_key', 'mxid'].map((key) => url.searchParams.get(key) ?? '');
    const stored = this.#ephemeral.get(token);
    if (stored === undefined) throw new Refusal(404, 'M_UNRECOGNIZED', "Didn't recognize token");
    return signJson({ mxid, sender: stored.sender, token }, this.name, createSigningKey('ed25519:0', Buffer.from(privateKey, 'base64url')));
  }

  #isGood(publicKey: string): boolean {
    return !this.#withdrawn.has(publicKey) && [...this.#ephemeral.values()].some((each) => each.publicKey === publicKey);
  }
}

const bad = (what: string): Refusal => new Refusal(400, 'M_INVALID_PARAM', `Not as it should be: ${what}`);

function strings(body: JsonObject, ...keys: readonly string[]): string[] {
  return keys.map((key) => {
    const value = body[key];
    if (typeof value !== 'string' || value === '') throw new Refusal(400, 'M_MISSING_PARAMS', `Missing: ${key}`);
    return value;
  });
}

function only(body: JsonObject, ...keys: readonly string[]): void {
  const strange = Object.keys(body).find((key) => !keys.includes(key));
  if (strange !== undefined) throw bad(strange);
}
