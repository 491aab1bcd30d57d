import type { Config } from '../../config/config.ts';
import { OidcProvider, type OidcServices } from './oidc-provider.ts';

/** Below public_baseurl. */
const CALLBACK = '/_plexus/client/sso/callback';

/** All providers of identities by which people can log in: https://spec.matrix.org/v1.19/client-server-api/#sso-client-loginauthentication */
export class SingleSignOn {
  /** In the order in which people are shown them; none where there is no single sign-on. */
  readonly providers: readonly OidcProvider[];
  /** Under which browsers reach this server. */
  readonly baseUrl: string;

  constructor({ sso, public_baseurl: baseUrl = '' }: Pick<Config, 'sso' | 'public_baseurl'>, services: Omit<OidcServices, 'callbackUrl'>) {
    this.baseUrl = baseUrl;
    this.providers = (sso?.oidc_providers ?? []).map((settings) => new OidcProvider(settings, { ...services, callbackUrl: baseUrl + CALLBACK }));
  }

  find(id: string): OidcProvider | undefined {
    return this.providers.find(({ settings }) => settings.id === id);
  }

  /** Whether browsers send cookies over TLS only. */
  get isSecure(): boolean {
    return this.baseUrl.startsWith('https:');
  }
}
