import type { DeviceId, UserId } from '../../core/identifiers.ts';
import { homesOf, type Homes } from '../../engine/encryption/homes.ts';
import { invalidParam } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as fallbackKeys from '../../store/fallback-keys.ts';
import * as oneTimeKeys from '../../store/one-time-keys.ts';
import type { OneTimeKey } from '../../store/one-time-keys.ts';
import { defineOperation } from '../define.ts';

/** More than a client claims for the largest rooms; one transaction may not take for ever. */
const MAX_CLAIMS = 5_000;

export interface Claim {
  readonly userId: UserId;
  readonly deviceId: DeviceId;
  readonly algorithm: string;
}
export interface ClaimedKeys {
  /** A claim that no key was there for is missing. */
  readonly keys: readonly (Claim & { readonly key: OneTimeKey })[];
  readonly failures: Homes['failures'];
}

/**
 * Gives out one key of each device, a one-time key as long as there are any, then the fallback key:
 * https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keysclaim
 */
export const claimKeys = defineOperation({
  name: 'claim-keys',
  prepare(context, _who, claims: readonly Claim[]) {
    if (claims.length > MAX_CLAIMS) throw invalidParam(`At most ${MAX_CLAIMS} keys can be claimed at once`);
    const { local, failures } = homesOf(
      claims.map(({ userId }) => userId),
      context.serverName,
    );
    const users = new Set(local);
    return { claims: claims.filter(({ userId }) => users.has(userId)), failures, now: context.clock.now() };
  },
  *commit({ claims, failures, now }): Work<ClaimedKeys> {
    const keys: (Claim & { readonly key: OneTimeKey })[] = [];
    for (const claim of claims) {
      const { userId, deviceId, algorithm } = claim;
      const key = (yield* oneTimeKeys.claim(userId, deviceId, algorithm, now)) ?? (yield* fallbackKeys.use(userId, deviceId, algorithm));
      if (key !== undefined) keys.push({ ...claim, key });
    }
    return { keys, failures };
  },
});
