import type { JsonObject } from '../../core/json.ts';
import { ROOM_VERSIONS } from '../../core/room-versions.ts';
import type { Requester } from '../../kernel/requester.ts';
import * as users from '../../store/users.ts';
import { defineRead } from '../define.ts';

/** What this user can do here: https://spec.matrix.org/v1.19/client-server-api/#capabilities-negotiation */
export const getCapabilities = defineRead({
  name: 'get-capabilities',
  async prepare(context, { userId, isAdmin }: Requester, _input: undefined): Promise<JsonObject> {
    const user = await context.read(() => users.find(userId));
    // Both have to be confirmed, by a password or to a module.
    const { authentication } = context;
    const hasPassword = authentication.keepsPasswords && user?.passwordHash !== undefined;
    const canConfirm = hasPassword || authentication.moduleTypes().length > 0;
    return {
      'm.change_password': { enabled: hasPassword },
      'm.get_login_token': { enabled: canConfirm },
      'm.room_versions': {
        default: context.config.rooms.default_version,
        available: Object.fromEntries([...ROOM_VERSIONS.values()].map(({ id, stable }) => [id, stable ? 'stable' : 'unstable'])),
      },
      'm.profile_fields': { enabled: true },
      'm.set_displayname': { enabled: true },
      'm.set_avatar_url': { enabled: true },
      'm.3pid_changes': { enabled: context.config.mail !== undefined },
      'm.forget_forced_upon_leave': { enabled: false },
      ...(isAdmin && { 'm.account_moderation': { suspend: true, lock: true } }),
    };
  },
});
