import type { JsonObject } from '../../core/json.ts';
import { hashToken, newToken } from '../../engine/tokens.ts';
import { redeem } from '../../engine/uia/proof.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as loginTokens from '../../store/login-tokens.ts';
import { defineOperation } from '../define.ts';

/** For how long a login token can be used (ms). */
const LIFETIME = 120_000;

interface Asked {
  readonly auth: JsonObject | undefined;
  readonly request: JsonObject;
}

/** Makes a token with which one more client can log in: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv1loginget_token */
export const issueLoginToken = defineOperation({
  name: 'issue-login-token',
  async prepare(context, { userId }: Requester, asked: Asked, ask) {
    const proof = await context.uia.authorise({ operation: 'issue-login-token', userId, ask, ...asked });
    return { proof, userId, token: newToken('pll'), now: context.clock.now() };
  },
  *commit({ proof, userId, token, now }): Work<{ readonly token: string; readonly expiresInMs: number }> {
    yield* redeem(proof);
    yield* loginTokens.create({ hash: hashToken(token), userId, provider: undefined, now, expiresTs: now + LIFETIME });
    return { token, expiresInMs: LIFETIME };
  },
});
