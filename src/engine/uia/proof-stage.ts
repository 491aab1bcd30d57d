import { forbidden } from '../../kernel/errors.ts';
import type { Authentication } from '../accounts/authentication.ts';
import { ProvedAnother, type Stage } from './stage.ts';

/**
 * Shows once more who it is, in a way in which one can log in as well: https://spec.matrix.org/v1.19/client-server-api/#password-based
 * @returns undefined for a type by which nobody logs in
 */
export const proofStage = (type: string, authentication: Authentication): Stage | undefined =>
  authentication.types().includes(type) ? stageOf(type, authentication) : undefined;

const stageOf = (type: string, authentication: Authentication): Stage => ({
  type,
  async check(auth, { userId, ask }): Promise<true> {
    if (userId === undefined || ask === undefined) throw forbidden('Nobody is logged in who could show that it is them');
    const { user } = await authentication.prove(type, auth, ask, userId);
    if (user.userId !== userId) throw new ProvedAnother(userId);
    return true;
  },
});
