import type { UserId } from '../../core/identifiers.ts';
import { administeredUser } from '../../engine/accounts/administered-user.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as devices from '../../store/devices.ts';
import type { Device } from '../../store/devices.ts';
import { defineRead } from '../define.ts';

/** The devices of a user, for administrators. @throws M_INVALID_PARAM for a user of another server; M_NOT_FOUND */
export const listDevicesOfUser = defineRead({
  name: 'list-devices-of-user',
  prepare: (context, _who: Requester, userId: UserId) =>
    context.read(function* (): Work<{ userId: UserId; devices: readonly Device[] }> {
      yield* administeredUser(userId, context.serverName);
      return { userId, devices: yield* devices.listFor(userId) };
    }),
});
