import { randomBytes } from 'node:crypto';
import { stringAt, type JsonObject } from '../../core/json.ts';
import { mayUseAddress } from '../../engine/accounts/address-allowance.ts';
import { beginValidation, prepareValidation, type PreparedValidation } from '../../engine/accounts/email-validation.ts';
import { paramsOfPage, refusalOf, type AuthPage } from '../../engine/uia/auth-page.ts';
import { EMAIL_STAGE, purposeOf } from '../../engine/uia/email-stage.ts';
import type { StageOutside } from '../../engine/uia/interactive-auth.ts';
import type { Ask } from '../../kernel/operation.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as uiaSessions from '../../store/uia-sessions.ts';
import type { Context } from '../context.ts';
import { defineOperation } from '../define.ts';

interface Submitted {
  readonly type: string;
  readonly session: string;
  /** As a client would submit it with the request. */
  readonly auth: JsonObject;
  /** The address that a person has filled in, for a mail to be sent to it first. */
  readonly email?: string | undefined;
}

interface Draft {
  readonly page: AuthPage;
  /** Undefined when nothing was completed. */
  readonly session?: uiaSessions.UiaSession;
  /** A mail that is to be sent, and by which secret the page will know what came of it. */
  readonly mail?: { readonly validation: PreparedValidation; readonly clientSecret: string };
}

/**
 * Takes what a person has submitted on the page of a stage. Nobody can make somebody else's browser do it without the session's id, which
 * is as long as an access token: https://spec.matrix.org/v1.19/client-server-api/#fallback
 */
export const completeAuthStage = defineOperation({
  name: 'complete-auth-stage',
  async prepare(context, who: Caller, submitted: Submitted, ask): Promise<Draft> {
    try {
      return await attempt(context, who, ask, await context.uia.findOutside(submitted.session, submitted.type), submitted);
    } catch (error) {
      return { page: { state: 'gone', problem: refusalOf(error).message } };
    }
  },
  *commit({ page, session, mail }): Work<AuthPage> {
    if (session !== undefined) yield* uiaSessions.put(session);
    if (mail === undefined || page.state !== 'open') return page;
    const { validation, clientSecret } = mail;
    return { ...page, sent: { email: validation.session.address, sid: yield* beginValidation(validation), clientSecret } };
  },
});

type AskAll = Ask<'complete-auth-stage'>;

async function attempt(context: Context, who: Caller, ask: AskAll, outside: StageOutside, submitted: Submitted): Promise<Draft> {
  const { type, session, auth, email } = submitted;
  const page = { state: 'open', type, session, params: outside.stage.params ?? {} } as const;
  try {
    const isMailWanted = type === EMAIL_STAGE && !outside.isCompleted && !('threepid_creds' in auth);
    if (isMailWanted) {
      const mail = mailFor(context, who, outside, email ?? '');
      const { purpose, address } = mail.validation.session;
      for (const args of mayUseAddress(purpose, address)) await ask('is_3pid_allowed', ...args);
      return { page, mail };
    }
    return { page: { state: 'done' }, session: await context.uia.completeOutside(outside, auth, ask) };
  } catch (error) {
    return { page: { ...page, ...sentBefore(auth), params: await paramsOfPage(outside, session), problem: refusalOf(error).message } };
  }
}

function mailFor(context: Context, who: Caller, { session }: StageOutside, email: string): NonNullable<Draft['mail']> {
  // The page stands for a client, whose requests for mails are counted by where they come from, too.
  context.limits.require('mail', who.ip);
  const clientSecret = randomBytes(32).toString('base64url');
  const request = { purpose: purposeOf(session.operation), email, clientSecret, sendAttempt: 1, nextLink: undefined };
  return { validation: prepareValidation(context, who, request), clientSecret };
}

/** The mail that the page has spoken of before, so that a person who was too early can try again. */
function sentBefore(auth: JsonObject): Pick<Extract<AuthPage, { state: 'open' }>, 'sent'> {
  const [email, sid, clientSecret] = ['sent_to', 'sid', 'client_secret'].map((key) => stringAt(auth, key));
  return email === undefined || sid === undefined || clientSecret === undefined ? {} : { sent: { email, sid, clientSecret } };
}
