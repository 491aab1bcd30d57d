import { userIdOf, isLocalpart, isUserId, type DeviceId, type UserId } from '../../core/identifiers.ts';
import { MatrixError } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import { hashToken, newToken } from '../../engine/access.ts';
import * as accessTokens from '../../store/access-tokens.ts';
import * as devices from '../../store/devices.ts';
import * as users from '../../store/users.ts';
import { defineOperation } from '../define.ts';

interface Registration {
  readonly localpart: string;
  readonly deviceId: DeviceId;
  readonly deviceName?: string | undefined;
  readonly admin?: boolean;
}

/** Makes an account and its first device: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3register */
export const registerUser = defineOperation({
  name: 'register-user',
  async prepare(context, who: Caller, input: Registration, ask) {
    const userId = userIdOf(input.localpart, context.serverName);
    if (!isLocalpart(input.localpart) || !isUserId(userId)) {
      throw new MatrixError(400, 'M_INVALID_USERNAME', 'A user name may have lower-case letters, digits and the characters ._=-/+');
    }
    const verdict = await ask('check_registration_for_spam', {
      emailThreepid: undefined,
      username: input.localpart,
      requestInfo: [[who.userAgent, who.ip]],
      authProviderId: undefined,
    });
    return { ...input, userId, shadowBanned: verdict === 'shadow_ban', now: context.clock.now(), accessToken: newToken('plx') };
  },
  *commit(draft): Work<{ userId: UserId; deviceId: DeviceId; accessToken: string }> {
    const { userId, deviceId, accessToken, now } = draft;
    const made = yield* users.create({
      userId,
      passwordHash: undefined,
      isGuest: false,
      isAdmin: draft.admin ?? false,
      isShadowBanned: draft.shadowBanned,
      createdTs: now,
    });
    if (!made) throw new MatrixError(400, 'M_USER_IN_USE', 'This user name is taken');
    yield* devices.ensure(userId, deviceId, draft.deviceName);
    yield* accessTokens.create(hashToken(accessToken), userId, deviceId, now);
    return { userId, deviceId, accessToken };
  },
  listeners: (draft) => ({ on_user_registration: [[draft.userId]] }),
});
