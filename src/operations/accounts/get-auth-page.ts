import { refusalOf, type AuthPage } from '../../engine/uia/auth-page.ts';
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
      const { stage, isCompleted } = await context.uia.findOutside(session, type);
      return isCompleted ? { state: 'done' } : { state: 'open', type, session, params: stage.params ?? {} };
    } catch (error) {
      return { state: 'gone', problem: refusalOf(error).message };
    }
  },
});
