import { paramsOfPage, refusalOf, type AuthPage } from '../../engine/uia/auth-page.ts';
import type { Caller } from '../../kernel/requester.ts';
import { defineRead } from '../define.ts';

export type { AuthPage };

interface Asked {
  readonly type: string;
  readonly session: string;
}

/** The page on which a stage can be completed: https://spec.matrix.org/v1.19/client-server-api/#fallback */
export const getAuthPage = defineRead({
  name: 'get-auth-page',
  async prepare(context, _who: Caller, { type, session }: Asked): Promise<AuthPage> {
    try {
      const outside = await context.uia.findOutside(session, type);
      return outside.isCompleted ? { state: 'done' } : { state: 'open', type, session, params: await paramsOfPage(outside, session) };
    } catch (error) {
      return { state: 'gone', problem: refusalOf(error).message };
    }
  },
});
