import type { Clock } from '../../kernel/clock.ts';
import type { Work } from '../../kernel/work.ts';
import * as ssoFlows from '../../store/sso-flows.ts';
import { refused, type SsoAnswer } from './answer.ts';

/** What came of somebody's wish to go to a provider, before it is stored. */
export interface SsoStart {
  readonly answer: SsoAnswer;
  /** Undefined when they do not go (yet). */
  readonly flow?: ssoFlows.SsoFlow;
  readonly now: number;
}

/** @param begin throws a MatrixError when they cannot go, which they are then told */
export async function start(clock: Clock, begin: () => Promise<Omit<SsoStart, 'now'>>): Promise<SsoStart> {
  const now = clock.now();
  try {
    return { ...(await begin()), now };
  } catch (error) {
    return { answer: refused(error), now };
  }
}

export function* storeStart({ answer, flow, now }: SsoStart): Work<SsoAnswer> {
  if (flow !== undefined) yield* ssoFlows.create(flow, now);
  return answer;
}
