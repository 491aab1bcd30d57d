import { forbidden } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/requester.ts';
import * as registrationTokens from '../../store/registration-tokens.ts';
import { defineRead } from '../define.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1registermloginregistration_tokenvalidity */
export const checkRegistrationToken = defineRead({
  name: 'check-registration-token',
  prepare(context, _who: Caller, token: string): Promise<boolean> {
    if (context.config.registration.mode === 'closed') throw forbidden('Registration is closed on this server');
    return context.read(() => registrationTokens.isUsable(token, context.clock.now()));
  },
});
