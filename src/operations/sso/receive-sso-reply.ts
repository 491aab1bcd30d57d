import { refused, type SsoAnswer } from '../../engine/sso/answer.ts';
import { withLoginToken } from '../../engine/sso/client-link.ts';
import { forgetCookie, held, unusable, type HeldFlow } from '../../engine/sso/flow.ts';
import { prepareLogin } from '../../engine/sso/login.ts';
import { settle, toldOf, type SsoDraft, type SsoOutcome } from '../../engine/sso/outcome.ts';
import { atDoor, isLogin, type LoginQuestion } from '../../engine/sso/question.ts';
import { forbidden } from '../../kernel/errors.ts';
import type { Ask } from '../../kernel/operation.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import type { SsoIdentity } from '../../store/sso-flows.ts';
import type { Context } from '../context.ts';
import { defineOperation } from '../define.ts';

/** How somebody comes back from a provider. */
interface Returned {
  /** What the provider has put into the address. */
  readonly reply: URLSearchParams;
  /** The header of the request. */
  readonly cookies: string | undefined;
}

type AskAboutAccount = Ask<'receive-sso-reply'>;

/**
 * Takes somebody who comes back from a provider:
 * https://spec.matrix.org/v1.19/client-server-api/#handling-the-callback-from-the-authentication-server
 * They are asked before anything happens, except where the administrator trusts the client and there are no terms to accept.
 */
export const receiveSsoReply = defineOperation({
  name: 'receive-sso-reply',
  async prepare(context, who: Caller, { reply, cookies }: Returned, ask): Promise<SsoDraft> {
    try {
      const flow = await held(context, reply.get('state') ?? '', cookies);
      return flow.flow.identity === undefined ? await receive(context, who, flow, reply, ask) : { answer: onward(context, flow) };
    } catch (error) {
      return { answer: refused(error) };
    }
  },
  *commit(draft): Work<SsoOutcome> {
    return yield* settle(draft);
  },
  listeners: (_draft, outcome) => toldOf(outcome),
});

/** Whatever comes of it, the provider's reply is used up. */
async function receive(context: Context, who: Caller, flow: HeldFlow, reply: URLSearchParams, ask: AskAboutAccount): Promise<SsoDraft> {
  try {
    const identity = await identify(context, flow, reply);
    const door = await atDoor(context, flow, identity);
    if (isLogin(door) && mayGoOn(context, door.question)) {
      const settings = flow.provider.settings;
      const login = await prepareLogin(context, who, door.arrival, { identity, settings }, (attempt) => ask('check_registration_for_spam', attempt));
      const url = withLoginToken(door.question.client, login.token);
      return { answer: { state: 'finished', url, cookie: forgetCookie(context, flow) }, end: flow.flow.flowId, login };
    }
    return { answer: onward(context, flow), keep: { flowId: flow.flow.flowId, identity } };
  } catch (error) {
    return { answer: refused(error), end: flow.flow.flowId };
  }
}

/** @throws MatrixError when the provider has refused, or cannot be used */
async function identify(context: Context, { provider, secrets }: HeldFlow, reply: URLSearchParams): Promise<SsoIdentity> {
  const problem = reply.get('error');
  if (problem !== null) {
    context.log.info(
      { provider: provider.settings.id, error: problem, description: reply.get('error_description') },
      'a provider of single sign-on has refused',
    );
    throw forbidden(`${provider.settings.name} did not log you in (${problem}). Go back to the application to try again.`);
  }
  try {
    return await provider.identify(reply, secrets);
  } catch (error) {
    throw unusable(context.log, provider, error);
  }
}

const mayGoOn = ({ config }: Context, { client, terms }: LoginQuestion): boolean =>
  terms === undefined && config.sso?.trusted_clients.includes(client.origin) === true;

/** To a page without the provider's reply in its address, which can be loaded again. */
const onward = ({ sso }: Context, { flow: { flowId } }: HeldFlow): SsoAnswer => ({
  state: 'returned',
  url: `${sso.baseUrl}/_plexus/client/sso/continue?${new URLSearchParams({ flow: flowId }).toString()}`,
});
