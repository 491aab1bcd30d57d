import type { UserId } from '../core/identifiers.ts';
import { forbidden } from '../kernel/errors.ts';
import type { Requester } from '../kernel/requester.ts';

/**
 * For what belongs to one user alone.
 * @param what the thing, for the error's text, e.g. `account data`
 * @throws M_FORBIDDEN
 */
export function onlyOwn(who: Requester, userId: UserId, what: string): void {
  if (who.userId !== userId) throw forbidden(`${what} of ${userId} is theirs alone: you are ${who.userId}`);
}
