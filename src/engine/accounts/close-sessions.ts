import type { UserId } from '../../core/identifiers.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as accessTokens from '../../store/access-tokens.ts';
import type { EndedToken } from '../../store/access-tokens.ts';
import * as devices from '../../store/devices.ts';
import * as loginTokens from '../../store/login-tokens.ts';

/**
 * Logs a user out everywhere and deletes their devices.
 * @param except whose own device and token stay
 * @returns the access tokens that ended
 */
export function* closeSessions(userId: UserId, except?: Pick<Requester, 'deviceId' | 'tokenId'>): Work<readonly EndedToken[]> {
  const ended: EndedToken[] = [];
  for (const { deviceId } of yield* devices.listFor(userId)) {
    if (deviceId !== except?.deviceId) ended.push(...(yield* devices.remove(userId, deviceId)));
  }
  ended.push(...(yield* accessTokens.removeWithoutDevice(userId, except?.tokenId)));
  yield* loginTokens.removeAllOf(userId);
  return ended;
}
