import type { Inquiries, Occasion, Policy, QuestionName, Questions } from '../kernel/questions.ts';

/** What each inquiry comes to when there is nobody to ask. */
const UNASKED: { readonly [Q in keyof Inquiries]: Inquiries[Q]['answer'] } = {
  check_event_allowed: undefined,
  on_create_room: undefined,
  check_registration_for_spam: 'allow',
  check_username_for_spam: true,
  is_user_expired: false,
  get_users_for_states: new Map(),
  get_interested_users: new Set(),
};

/** The policy of a server without modules. */
export const noModules: Policy = {
  answers: () => false,
  ask<Q extends QuestionName>(question: Q, _occasion: Occasion, ..._args: Questions[Q]['args']) {
    return Promise.resolve((UNASKED as Readonly<Record<string, unknown>>)[question] as Questions[Q]['answer']);
  },
  tell: () => Promise.resolve(),
};
