import { MatrixError } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/requester.ts';
import { defineRead } from '../define.ts';

/**
 * Phone numbers cannot be confirmed, as the server has no way to send a message to them.
 * @throws M_THREEPID_MEDIUM_NOT_SUPPORTED always
 */
export const requestPhoneToken = defineRead({
  name: 'request-phone-token',
  prepare(_context, _who: Caller, _input: undefined): never {
    throw new MatrixError(400, 'M_THREEPID_MEDIUM_NOT_SUPPORTED', 'This server cannot send messages to phones; use a mail address');
  },
});
