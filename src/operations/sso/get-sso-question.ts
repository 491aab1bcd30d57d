import { refused, type SsoAnswer } from '../../engine/sso/answer.ts';
import { held, over } from '../../engine/sso/flow.ts';
import { atDoor } from '../../engine/sso/question.ts';
import type { Caller } from '../../kernel/requester.ts';
import { defineRead } from '../define.ts';

export type { SsoAnswer };

interface Asked {
  readonly flowId: string;
  /** The header of the request. */
  readonly cookies: string | undefined;
}

/** What somebody who came back from a provider is asked. It changes nothing. */
export const getSsoQuestion = defineRead({
  name: 'get-sso-question',
  async prepare(context, _who: Caller, { flowId, cookies }: Asked): Promise<SsoAnswer> {
    try {
      const flow = await held(context, flowId, cookies);
      if (flow.flow.identity === undefined) throw over();
      return (await atDoor(context, flow, flow.flow.identity)).question;
    } catch (error) {
      return refused(error);
    }
  },
});
