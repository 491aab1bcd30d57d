import type { UserId } from '../../core/identifiers.ts';
import { forbidden, notFound } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as devices from '../../store/devices.ts';
import type { DeviceConnection } from '../../store/devices.ts';
import * as users from '../../store/users.ts';
import { defineRead } from '../define.ts';

/**
 * From where a user's devices were last used, for the user and for administrators:
 * https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3adminwhoisuserid
 * @throws M_FORBIDDEN, M_NOT_FOUND
 */
export const getWhois = defineRead({
  name: 'get-whois',
  prepare(context, who, { userId }: { readonly userId: UserId }) {
    if (userId !== who.userId && !who.isAdmin) throw forbidden('Only administrators may look up other users');
    return context.read(function* (): Work<{ userId: UserId; connections: readonly DeviceConnection[] }> {
      if (!(yield* users.exists(userId))) throw notFound(`There is no account ${userId}`);
      return { userId, connections: yield* devices.connectionsOf(userId) };
    });
  },
});
