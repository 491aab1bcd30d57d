import type { PresenceRouterInquiries } from '../../kernel/questions/presence-router.ts';
import { interest, routes } from '../combinations.ts';
import { inquiry, type CallbacksOf } from './callback.ts';

export const PRESENCE_ROUTER: CallbacksOf<keyof PresenceRouterInquiries> = {
  get_users_for_states: inquiry(routes, {
    present: ([states]) => [Object.freeze(states.map((state) => Object.freeze({ ...state })))],
    subject: () => ({}),
    contained: true,
  }),
  get_interested_users: inquiry(interest, { subject: ([userId]) => ({ userId }), contained: true }),
};
