import { generateKeyPairSync } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Configuration } from 'oidc-provider';
import type Provider from 'oidc-provider';
import { freePort } from './free-port.ts';
import { otherServer } from './http-server.ts';

export const CLIENT_ID = 'matrix';
export const CLIENT_SECRET = 'a secret between the two of them';

/** A real provider of OpenID Connect, at which everybody can log in as anybody. */
export interface IdentityProvider {
  /** Its issuer. */
  readonly url: string;
  /** What it says of people, by what they log in as; nobody else is let in. */
  readonly people: Map<string, Readonly<Record<string, unknown>>>;
  /** The addresses that it was asked for, oldest first. */
  readonly asked: URL[];
  close(): Promise<void>;
}

let keys: Configuration['jwks'];

/** @param redirectUri where it sends people back to */
export async function openIdentityProvider(redirectUri: string): Promise<IdentityProvider> {
  const people: IdentityProvider['people'] = new Map();
  const asked: URL[] = [];
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const provider = await makeProvider(url, redirectUri, people);
  const listening = await otherServer((request, response) => {
    asked.push(new URL(request.url ?? '/', url));
    answer(provider, request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  }, port);
  return { url, people, asked, close: () => listening.close() };
}

/** The library says on the console what is not fit for production. */
async function makeProvider(url: string, redirectUri: string, people: IdentityProvider['people']): Promise<Provider> {
  const { info, warn } = console;
  Object.assign(console, { info: () => undefined, warn: () => undefined });
  try {
    const { default: RealProvider } = await import('oidc-provider');
    return new RealProvider(url, configurationOf(redirectUri, people));
  } finally {
    Object.assign(console, { info, warn });
  }
}

function configurationOf(redirectUri: string, people: IdentityProvider['people']): Configuration {
  keys ??= newKeys();
  return {
    clients: [{ client_id: CLIENT_ID, client_secret: CLIENT_SECRET, redirect_uris: [redirectUri], response_types: ['code'] }],
    jwks: keys,
    cookies: { keys: ['for tests only'] },
    claims: { openid: ['sub'], profile: ['name', 'given_name', 'family_name', 'preferred_username', 'address'], email: ['email', 'email_verified'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    findAccount(_context, id) {
      const claims = people.get(id);
      return claims === undefined ? undefined : { accountId: id, claims: () => ({ sub: id, ...claims }) };
    },
    // Nobody is asked whether the server may know who they are.
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({ clientId: oidc.client?.clientId ?? '', accountId: oidc.session?.accountId ?? '' });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
    ttl: { AccessToken: 60, AuthorizationCode: 60, IdToken: 60, Interaction: 600, Session: 600, Grant: 600 },
    renderError(context, out) {
      context.body = `The provider says ${out.error}: ${out.error_description}`;
    },
  };
}

function newKeys(): Configuration['jwks'] {
  const { kty = 'RSA', ...key } = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
  return { keys: [{ ...key, kty, kid: 'test' }] };
}

/** The page on which people log in, and all that the library does by itself. */
async function answer(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url?.startsWith('/interaction/') !== true) {
    await provider.callback()(request, response);
    return;
  }
  if (request.method === 'POST') {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const accountId = new URLSearchParams(body).get('login') ?? '';
    const result = accountId === '' ? { error: 'access_denied', error_description: 'They went away' } : { login: { accountId } };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
    return;
  }
  response.setHeader('content-type', 'text/html');
  response.end(
    '<!doctype html><link rel="icon" href="data:,"><title>Provider</title><form method="post"><input name="login" /><button>Log in at the provider</button></form>',
  );
}
