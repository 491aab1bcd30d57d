import type { Requester } from '../../kernel/requester.ts';
import * as registrationTokens from '../../store/registration-tokens.ts';
import { defineRead } from '../define.ts';

/** @param usable only tokens that can, or cannot, be used now; all when it is undefined */
export const listRegistrationTokens = defineRead({
  name: 'list-registration-tokens',
  prepare: (context, _who: Requester, usable: boolean | undefined) => context.read(() => registrationTokens.list(usable, context.clock.now())),
});
