import type { JsonObject } from '../../core/json.ts';
import { paramsOfPage, refusalOf, type AuthPage } from '../../engine/uia/auth-page.ts';
import type { StageOutside } from '../../engine/uia/interactive-auth.ts';
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
}

interface Draft {
  readonly page: AuthPage;
  /** Undefined when nothing was completed. */
  readonly session?: uiaSessions.UiaSession;
}

/**
 * Takes what a person has submitted on the page of a stage. Nobody can make somebody else's browser do it without the session's id, which
 * is as long as an access token: https://spec.matrix.org/v1.19/client-server-api/#fallback
 */
export const completeAuthStage = defineOperation({
  name: 'complete-auth-stage',
  async prepare(context, _who: Caller, submitted: Submitted): Promise<Draft> {
    try {
      return await attempt(context, await context.uia.findOutside(submitted.session, submitted.type), submitted);
    } catch (error) {
      return { page: { state: 'gone', problem: refusalOf(error).message } };
    }
  },
  *commit({ page, session }): Work<AuthPage> {
    if (session !== undefined) yield* uiaSessions.put(session);
    return page;
  },
});

async function attempt(context: Context, outside: StageOutside, { type, session: id, auth }: Submitted): Promise<Draft> {
  try {
    return { page: { state: 'done' }, session: await context.uia.completeOutside(outside, auth) };
  } catch (error) {
    const { message: problem } = refusalOf(error);
    return { page: { state: 'open', type, session: id, params: await paramsOfPage(outside, id), problem } };
  }
}
