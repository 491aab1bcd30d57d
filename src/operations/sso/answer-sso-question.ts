import { refused } from '../../engine/sso/answer.ts';
import { withLoginToken } from '../../engine/sso/client-link.ts';
import { forgetCookie, held, over } from '../../engine/sso/flow.ts';
import { prepareLogin } from '../../engine/sso/login.ts';
import { settle, toldOf, type SsoDraft, type SsoOutcome } from '../../engine/sso/outcome.ts';
import { atDoor, isLogin } from '../../engine/sso/question.ts';
import type { Ask } from '../../kernel/operation.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import type { Context } from '../context.ts';
import { defineOperation } from '../define.ts';

interface Confirmed {
  readonly flowId: string;
  /** The header of the request. */
  readonly cookies: string | undefined;
  /** Whether they have ticked that they accept all documents. */
  readonly acceptsTerms: boolean;
}

/**
 * Somebody who came back from a provider says yes: to a client that gets at the account, or to what a client wants to do.
 * Nobody can press the button for them without the cookie of their browser.
 */
export const answerSsoQuestion = defineOperation({
  name: 'answer-sso-question',
  async prepare(context, who: Caller, confirmed: Confirmed, ask): Promise<SsoDraft> {
    try {
      return await goOn(context, who, confirmed, ask);
    } catch (error) {
      return { answer: refused(error) };
    }
  },
  *commit(draft): Work<SsoOutcome> {
    return yield* settle(draft);
  },
  listeners: (_draft, outcome) => toldOf(outcome),
});

async function goOn(context: Context, who: Caller, confirmed: Confirmed, ask: Ask<'answer-sso-question'>): Promise<SsoDraft> {
  const { flowId, cookies, acceptsTerms } = confirmed;
  const flow = await held(context, flowId, cookies);
  const { identity } = flow.flow;
  if (identity === undefined) throw over();
  const door = await atDoor(context, flow, identity);
  const cookie = forgetCookie(context, flow);
  if (!isLogin(door)) {
    const session = context.uia.acceptOutside(door.outside, flow.flow.provider);
    return { answer: { state: 'confirmed', cookie }, end: flowId, session };
  }
  const { question, arrival } = door;
  if (question.terms !== undefined && !acceptsTerms)
    return { answer: { ...question, problem: 'Without accepting the documents you get no account.' } };
  const settings = flow.provider.settings;
  const login = await prepareLogin(context, who, arrival, { identity, settings }, (attempt) => ask('check_registration_for_spam', attempt));
  return { answer: { state: 'finished', url: withLoginToken(question.client, login.token), cookie }, end: flowId, login };
}
