import type { UserId } from '../../core/identifiers.ts';
import type { PresenceState } from '../question-values.ts';
import type { Question } from './question.ts';

export interface PresenceRouterInquiries {
  get_users_for_states: Question<[states: readonly PresenceState[]], ReadonlyMap<UserId, ReadonlySet<PresenceState>>>;
  get_interested_users: Question<[userId: UserId], ReadonlySet<UserId> | 'ALL'>;
}
