import type { MatrixError } from '../../../kernel/errors.ts';
import type { Work } from '../../../kernel/work.ts';
import * as memberships from '../../../store/memberships.ts';
import type { StateChange } from '../state-change.ts';
import { memberChange, type MemberOf } from './member-change.ts';

/**
 * A change to `leave` by somebody else. The auth rules tell kicking from unbanning by what the user was before, and would take one for the other.
 * @param from what the user must be before
 * @param otherwise the error for a user who is not
 */
export function* removal(who: MemberOf, from: readonly string[], otherwise: MatrixError, reason: string | undefined): Work<StateChange> {
  const before = (yield* memberships.find(who.roomId, who.target))?.membership;
  if (before === undefined || !from.includes(before)) throw otherwise;
  return yield* memberChange(who, 'leave', { reason });
}
