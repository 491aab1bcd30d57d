import type * as Openid from 'openid-client';
import type { Configuration, CustomFetch } from 'openid-client';
import { isObject, type JsonObject } from '../../core/json.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { SsoIdentity } from '../../store/sso-flows.ts';
import type { Outgoing } from '../outgoing.ts';
import { readUpTo } from '../previews/read-up-to.ts';
import type { FlowSecrets } from './flow-cookie.ts';
import { identityOf, type ProviderSettings } from './identity.ts';

/** How long a provider may take for one answer (seconds), and how long an answer may be (bytes). */
const TIMEOUT = 10;
const MAX_REPLY = 1_048_576;
/** How long what a provider says of itself is good (ms). */
const METADATA_LIFETIME = 3_600_000;

export interface OidcServices {
  readonly outgoing: Outgoing;
  readonly clock: Clock;
  /** Where people come back to. */
  readonly callbackUrl: string;
}

/** How somebody is asked to log in there. */
export interface LoginWish {
  /** Also where the provider knows the person already. */
  readonly again?: boolean;
  /** They have no account yet, they say. */
  readonly register?: boolean;
}

/** One provider of identities: https://openid.net/specs/openid-connect-core-1_0.html */
export class OidcProvider {
  readonly settings: ProviderSettings;
  readonly #services: OidcServices;
  #discovered: { readonly configuration: Promise<Configuration>; readonly until: number } | undefined;

  constructor(settings: ProviderSettings, services: OidcServices) {
    this.settings = settings;
    this.#services = services;
  }

  /** Where the browser is sent. @throws Error when the provider cannot be reached, or says nothing that makes sense */
  async loginUrl({ flowId, nonce, codeVerifier }: FlowSecrets, { again, register }: LoginWish): Promise<string> {
    const [openid, configuration] = await this.#configuration();
    const canRegister = configuration.serverMetadata()['prompt_values_supported'];
    const prompt = register === true && Array.isArray(canRegister) && canRegister.includes('create') ? 'create' : undefined;
    const url = openid.buildAuthorizationUrl(configuration, {
      redirect_uri: this.#services.callbackUrl,
      scope: this.settings.scopes.join(' '),
      state: flowId,
      nonce,
      code_challenge: await openid.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
      ...(prompt !== undefined && { prompt }),
      ...(again === true && { prompt: 'login' }),
    });
    return url.href;
  }

  /**
   * Finds out who came back.
   * @param reply what the provider put into the address
   * @throws Error when the provider cannot be reached, or what it says is not right
   */
  async identify(reply: URLSearchParams, { flowId, nonce, codeVerifier }: FlowSecrets): Promise<SsoIdentity> {
    const [openid, configuration] = await this.#configuration();
    const url = new URL(`${this.#services.callbackUrl}?${reply.toString()}`);
    const checks = { expectedState: flowId, expectedNonce: nonce, pkceCodeVerifier: codeVerifier, idTokenExpected: true };
    const tokens = await openid.authorizationCodeGrant(configuration, url, checks);
    const claims = tokens.claims();
    if (claims === undefined) throw new Error('There is no ID token');
    const asksMore = this.settings.userinfo && configuration.serverMetadata().userinfo_endpoint !== undefined;
    const more = asksMore ? await openid.fetchUserInfo(configuration, tokens.access_token, claims.sub) : {};
    return identityOf({ ...asJson(more), ...asJson(claims) }, this.settings);
  }

  async #configuration(): Promise<[typeof Openid, Configuration]> {
    // Loaded with the first login: most servers never need it.
    const openid = await import('openid-client');
    const now = this.#services.clock.now();
    if (this.#discovered === undefined || this.#discovered.until <= now) {
      const discovered = { configuration: this.#discover(openid), until: now + METADATA_LIFETIME };
      this.#discovered = discovered;
      // What has failed is tried again with the next login.
      discovered.configuration.catch(() => {
        if (this.#discovered === discovered) this.#discovered = undefined;
      });
    }
    return [openid, await this.#discovered.configuration];
  }

  #discover(openid: typeof Openid): Promise<Configuration> {
    const { issuer, client_id: clientId, client_secret: secret, client_authentication: method, clock_tolerance: tolerance } = this.settings;
    const authentication = method === 'post' ? openid.ClientSecretPost(secret) : openid.ClientSecretBasic(secret);
    return openid.discovery(
      new URL(issuer),
      clientId,
      { [openid.clockTolerance]: Math.ceil(tolerance / 1000) },
      secret === undefined ? openid.None() : authentication,
      {
        timeout: TIMEOUT,
        [openid.customFetch]: this.#fetch,
        execute: [openid.enableNonRepudiationChecks, ...(issuer.startsWith('http:') ? [openid.allowInsecureRequests] : [])],
      },
    );
  }

  readonly #fetch: CustomFetch = async (url, { method, headers, body, signal }) => {
    if (body !== undefined && body !== null && !(body instanceof URLSearchParams)) throw new Error('Only forms are sent to providers');
    const reply = await this.#services.outgoing.fetch(url, {
      method,
      headers,
      redirect: 'manual',
      ...(body && { body: body.toString() }),
      ...(signal && { signal }),
    });
    const { bytes, isWhole } = await readUpTo(reply, MAX_REPLY);
    if (!isWhole) throw new Error(`The reply of ${url} is longer than ${MAX_REPLY} bytes`);
    return new Response(bytes.length === 0 ? null : new Uint8Array(bytes), { status: reply.status, headers: [...reply.headers] });
  };
}

const asJson = (value: object): JsonObject => (isObject(value) ? value : {});
