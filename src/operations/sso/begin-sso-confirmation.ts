import type { SsoAnswer } from '../../engine/sso/answer.ts';
import { depart } from '../../engine/sso/flow.ts';
import { start, storeStart, type SsoStart } from '../../engine/sso/start.ts';
import { SSO } from '../../engine/uia/sso-stage.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as externalIds from '../../store/external-ids.ts';
import type { Context } from '../context.ts';
import { defineOperation } from '../define.ts';

interface Asked {
  /** Of the user-interactive authentication. */
  readonly session: string;
  readonly provider: string;
}

/**
 * Sends somebody to a provider to show once more that it is them. What they confirm by it they are asked when they come back, as anybody can
 * make a browser open this address: https://spec.matrix.org/v1.19/client-server-api/#sso-during-user-interactive-authentication
 */
export const beginSsoConfirmation = defineOperation({
  name: 'begin-sso-confirmation',
  prepare: (context, _who: Caller, asked: Asked) => start(context.clock, () => begin(context, asked)),
  *commit(started): Work<SsoAnswer> {
    return yield* storeStart(started);
  },
});

async function begin(context: Context, asked: Asked): Promise<Omit<SsoStart, 'now'>> {
  const { session, isCompleted } = await context.uia.findOutside(asked.session, SSO);
  if (isCompleted) return { answer: { state: 'confirmed' } };
  const { userId, sessionHash } = session;
  const known = userId === undefined ? [] : await context.read(() => externalIds.providersOf(userId));
  const provider = known.includes(asked.provider) ? context.sso.find(asked.provider) : undefined;
  if (provider === undefined) throw notFound('Your account is not known to this provider');
  return await depart(context, provider, { uiaSessionHash: sessionHash }, { again: true });
}
