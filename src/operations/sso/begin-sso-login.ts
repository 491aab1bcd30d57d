import type { SsoAnswer } from '../../engine/sso/answer.ts';
import { clientLink } from '../../engine/sso/client-link.ts';
import { depart } from '../../engine/sso/flow.ts';
import { start, storeStart, type SsoStart } from '../../engine/sso/start.ts';
import type { OidcProvider } from '../../engine/sso/oidc-provider.ts';
import type { SingleSignOn } from '../../engine/sso/single-sign-on.ts';
import { invalidParam, notFound } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import { defineOperation } from '../define.ts';
import type { Context } from '../context.ts';

interface Asked {
  /** Undefined where the client leaves the choice of a provider to the person. */
  readonly idpId?: string;
  readonly redirectUrl: string;
  readonly action: 'login' | 'register' | undefined;
}

/** Sends somebody to a provider to log in: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3loginssoredirect */
export const beginSsoLogin = defineOperation({
  name: 'begin-sso-login',
  prepare: (context, _who: Caller, asked: Asked) => start(context.clock, () => begin(context, asked)),
  *commit(started): Work<SsoAnswer> {
    return yield* storeStart(started);
  },
});

async function begin(context: Context, asked: Asked): Promise<Omit<SsoStart, 'now'>> {
  const { sso } = context;
  const { redirectUrl, idpId, action } = asked;
  if (sso.providers.length === 0) throw notFound('This server has no single sign-on');
  if (clientLink(redirectUrl) === undefined) throw invalidParam('The application gave no address to which you can be sent back (redirectUrl)');
  const provider = idpId === undefined && sso.providers.length === 1 ? sso.providers[0] : sso.find(idpId ?? '');
  if (provider !== undefined) return await depart(context, provider, { redirectUrl }, { register: action === 'register' });
  if (idpId !== undefined) throw notFound('This server knows no such provider for single sign-on');
  return { answer: { state: 'choice', providers: sso.providers.map((each) => linkTo(sso, each, asked)) } };
}

function linkTo({ baseUrl }: SingleSignOn, { settings: { id, name } }: OidcProvider, { redirectUrl, action }: Asked): { name: string; url: string } {
  const query = new URLSearchParams({ redirectUrl, ...(action !== undefined && { action }) });
  return { name, url: `${baseUrl}/_matrix/client/v3/login/sso/redirect/${encodeURIComponent(id)}?${query.toString()}` };
}
