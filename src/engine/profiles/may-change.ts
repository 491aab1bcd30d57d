import type { UserId } from '../../core/identifiers.ts';
import { forbidden, MatrixError } from '../../kernel/errors.ts';
import type { Requester } from '../../kernel/requester.ts';

/**
 * Everybody changes their own profile; guests only their name (https://spec.matrix.org/v1.19/client-server-api/#guest-access).
 * @throws M_FORBIDDEN, M_GUEST_ACCESS_FORBIDDEN
 */
export function mayChange(who: Requester, userId: UserId, field: string): void {
  if (who.userId !== userId) throw forbidden(`You are ${who.userId} and cannot change the profile of ${userId}`);
  if (who.isGuest && field !== 'displayname') {
    throw new MatrixError(403, 'M_GUEST_ACCESS_FORBIDDEN', 'Guests may change only their display name; register an account');
  }
}
