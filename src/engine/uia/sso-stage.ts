import type { JsonObject } from '../../core/json.ts';
import type { UserId } from '../../core/identifiers.ts';
import type { Reader } from '../../kernel/database.ts';
import { forbidden } from '../../kernel/errors.ts';
import * as externalIds from '../../store/external-ids.ts';
import type { SingleSignOn } from '../sso/single-sign-on.ts';
import type { Stage } from './stage.ts';

export const SSO = 'm.login.sso';
/** Below public_baseurl. */
const PATH = '/_plexus/client/sso/confirm';

/**
 * Is completed in a browser only, where the user logs in again at a provider of identities:
 * https://spec.matrix.org/v1.19/client-server-api/#sso-during-user-interactive-authentication
 */
export const ssoStage = (sso: SingleSignOn, reader: Reader): Stage => ({
  type: SSO,
  async pageParams(userId: UserId | undefined, session: string): Promise<JsonObject> {
    const known = userId === undefined ? [] : await reader.read(() => externalIds.providersOf(userId));
    const providers = sso.providers.flatMap(({ settings: { id, name } }) =>
      known.includes(id) ? [{ name, url: `${sso.baseUrl}${PATH}?${new URLSearchParams({ session, provider: id }).toString()}` }] : [],
    );
    return { providers };
  },
  check: () =>
    Promise.reject(forbidden('This is completed in a browser: open the page of the stage, then send the request again with the session only')),
});
