import { mayUseAddress } from '../../engine/accounts/address-allowance.ts';
import { beginValidation, prepareValidation, type ValidationRequest } from '../../engine/accounts/email-validation.ts';
import type { Caller } from '../../kernel/requester.ts';
import { defineOperation } from '../define.ts';

/**
 * Sends a mail with a link by which the owner of an address confirms it:
 * https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3registeremailrequesttoken
 * @throws M_INVALID_PARAM, M_LIMIT_EXCEEDED, M_THREEPID_MEDIUM_NOT_SUPPORTED where no mail can be sent, M_FORBIDDEN where nobody may register
 */
export const requestEmailToken = defineOperation({
  name: 'request-email-token',
  prepare: (context, who: Caller, request: ValidationRequest) => prepareValidation(context, who, request),
  gates: ({ session: { purpose, address } }) => ({ is_3pid_allowed: mayUseAddress(purpose, address) }),
  commit: (draft) => beginValidation(draft),
});
