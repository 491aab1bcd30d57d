import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Json } from '../../src/testing/test-user.ts';
import { otherServer, type OtherServer } from './http-server.ts';

/** How a provider's answers differ from right ones. */
export interface Forgery {
  /** Claims of the ID token; undefined takes one away. `now` is in seconds. */
  readonly claims?: (now: number) => Json;
  /** Header of the ID token. */
  readonly header?: Json;
  /** Whether it is signed by a key that the provider does not show. */
  readonly wrongKey?: boolean;
  readonly metadata?: Json;
  readonly userinfo?: Json;
  /** Keys beside `code` and `state` in the address by which people come back. */
  readonly reply?: Record<string, string>;
  /** Answers the request for tokens instead. */
  token?(response: ServerResponse): void;
}

/** A provider that lets everybody in without a question, and lies as it is told to. */
export interface ForgedProvider extends OtherServer {
  forgery: Forgery;
  /** Paths that it was asked for. */
  readonly asked: string[];
}

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** Making keys takes longest, so that all share them. */
let keys: readonly KeyPair[] | undefined;
const newKey = (): KeyPair => generateKeyPairSync('rsa', { modulusLength: 2048 });
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** @param port any that is free by default */
export async function openForgedProvider(clientId: string, port = 0): Promise<ForgedProvider> {
  keys ??= [newKey(), newKey()];
  const [shown = newKey(), hidden = newKey()] = keys;
  const asked: string[] = [];
  let nonce: string | null = null;
  const idToken = ({ header, claims, wrongKey }: Forgery): string => {
    const now = Math.floor(Date.now() / 1000);
    const all = { iss: server.url, aud: clientId, sub: '1', preferred_username: 'alice', iat: now, exp: now + 60, nonce, ...claims?.(now) };
    const signed = `${encoded({ alg: 'RS256', kid: 'shown', ...header })}.${encoded(all)}`;
    const { privateKey } = wrongKey === true ? hidden : shown;
    const signature = header?.['alg'] === 'none' ? '' : createSign('sha256').update(signed).sign(privateKey, 'base64url');
    return `${signed}.${signature}`;
  };
  const answers: Record<string, (url: URL, response: ServerResponse) => void> = {
    '/.well-known/openid-configuration': (_url, response) => {
      const endpoints = { authorization_endpoint: '/auth', token_endpoint: '/token', jwks_uri: '/keys', userinfo_endpoint: '/me' };
      const urls = Object.fromEntries(Object.entries(endpoints).map(([name, path]) => [name, server.url + path]));
      json(response, {
        issuer: server.url,
        ...urls,
        response_types_supported: ['code'],
        id_token_signing_alg_values_supported: ['RS256'],
        ...forged.forgery.metadata,
      });
    },
    '/auth': ({ searchParams }, response) => {
      nonce = searchParams.get('nonce');
      const reply = { code: 'code', state: searchParams.get('state') ?? '', ...forged.forgery.reply };
      response.writeHead(302, { location: `${searchParams.get('redirect_uri')}?${new URLSearchParams(reply).toString()}` }).end();
    },
    '/token': (_url, response) => {
      if (forged.forgery.token !== undefined) forged.forgery.token(response);
      else json(response, { access_token: 'access', token_type: 'Bearer', id_token: idToken(forged.forgery) });
    },
    '/keys': (_url, response) => json(response, { keys: [{ ...shown.publicKey.export({ format: 'jwk' }), kid: 'shown', alg: 'RS256', use: 'sig' }] }),
    '/me': (_url, response) => json(response, { sub: '1', ...forged.forgery.userinfo }),
  };
  const server = await otherServer((request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', server.url);
    asked.push(url.pathname);
    const answer = answers[url.pathname];
    if (answer === undefined) response.writeHead(404).end();
    else answer(url, response);
  }, port);
  const forged: ForgedProvider = { ...server, forgery: {}, asked };
  return forged;
}

const json = (response: ServerResponse, body: Json): unknown => response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
