import type { UserId } from '../../core/identifiers.ts';
import { moderatedUser } from '../../engine/accounts/moderated-user.ts';
import { defineRead } from '../define.ts';

/**
 * Whether a user is locked or suspended: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1adminlockuserid
 * @throws M_INVALID_PARAM, M_NOT_FOUND, M_FORBIDDEN
 */
export const getAccountBar = defineRead({
  name: 'get-account-bar',
  prepare: (context, who, { userId }: { readonly userId: UserId }) => context.read(() => moderatedUser(userId, who, context.serverName)),
});
