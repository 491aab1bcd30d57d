import { requireSharedSecret } from '../../engine/accounts/shared-secret.ts';
import type { Caller } from '../../kernel/requester.ts';
import { defineRead } from '../define.ts';

/** Gives out a number that one `register-with-shared-secret` has to come with, within a minute. @throws M_UNKNOWN where there is no secret */
export const issueRegistrationNonce = defineRead({
  name: 'issue-registration-nonce',
  prepare(context, _who: Caller, _input: undefined): string {
    requireSharedSecret(context.config.registration);
    return context.registrationNonces.issue();
  },
});
