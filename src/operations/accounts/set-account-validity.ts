import type { JsonObject } from '../../core/json.ts';
import { MatrixError } from '../../kernel/errors.ts';
import { defineRead } from '../define.ts';

/**
 * An administrator says until when an account is valid, which a module takes to heart.
 * @returns when it expires (ms since the epoch)
 * @throws M_UNRECOGNIZED where no module does
 */
export const setAccountValidity = defineRead({
  name: 'set-account-validity',
  async prepare(_context, _who, request: JsonObject, ask): Promise<number> {
    const expiresTs = await ask('on_legacy_admin_request', request);
    if (expiresTs === undefined) throw new MatrixError(404, 'M_UNRECOGNIZED', 'No module of this server lets accounts expire in this way');
    return expiresTs;
  },
});
