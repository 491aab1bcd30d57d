import type { RateLimitClass } from '../config/config.ts';
import type { RateOverrides } from '../engine/rate-limits.ts';
import type { Policy } from '../kernel/questions.ts';
import { nextRequestId } from '../kernel/request-id.ts';

const OVERRIDE = 'get_ratelimit_override_for_user';

/** What modules say of the rates of single users. */
export const rateOverrides =
  (policy: Policy): RateOverrides<RateLimitClass> =>
  (userId, name, operation) =>
    policy.answers(OVERRIDE) ? policy.ask(OVERRIDE, { operation, userId, request: nextRequestId() }, userId, name) : undefined;
