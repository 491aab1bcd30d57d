import type { GateName, ListenerName, QuestionName } from '../questions.ts';

/** What one operation must ask and tell, in the order of its phases. */
export interface ContractLine {
  /** Asked before `prepare`; may rewrite the request. */
  readonly before?: readonly QuestionName[];
  /** Asked while preparing, where the operation goes on with the answer. */
  readonly asks?: readonly QuestionName[];
  /** Asked between `prepare` and `commit`, in this order. */
  readonly gates?: readonly GateName[];
  /** True when the operation makes events: each passes check_event_allowed, check_event_for_spam and sign_event. */
  readonly events?: true;
  /** Told after the commit. */
  readonly listeners?: readonly ListenerName[];
  /** Allowed to an account that has expired. */
  readonly expired?: 'may';
  /** Allowed to one that is locked. */
  readonly locked?: 'may';
  /** Refused to an account that is suspended, whatever comes of it; of what makes events only some are refused otherwise (runner/moderation.ts). */
  readonly suspended?: 'may-not';
}
/** What operations ask that somebody has to authenticate. */
export const PROOF = ['check_3pid_auth', 'auth_checkers'] as const;

/** What modules are asked and told when an account ends, whoever ends it. */
export const DEACTIVATION = {
  gates: ['check_can_deactivate_user'],
  listeners: ['on_logged_out', 'on_remove_user_third_party_identifier', 'on_profile_update', 'on_user_deactivation_status_changed', 'on_user_erase'],
} as const;

export type ContractArea = { readonly [operation: string]: ContractLine };
