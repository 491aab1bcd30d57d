import type { UserId } from '../../core/identifiers.ts';
import type { Work } from '../../kernel/work.ts';
import * as thirdPartyIds from '../../store/third-party-ids.ts';
import { addressInUse, redeemValidated, type ValidatedAddress } from './validated-address.ts';

/**
 * Adds a mail address to an account, and uses its confirmation up.
 * @param now milliseconds since the epoch
 * @throws M_THREEPID_IN_USE, M_THREEPID_AUTH_FAILED
 */
export function* addEmail(userId: UserId, email: ValidatedAddress, now: number): Work<void> {
  yield* redeemValidated(email);
  const { address, validatedTs } = email;
  const isAdded = yield* thirdPartyIds.add(userId, { medium: 'email', address, validatedTs, addedTs: now });
  if (!isAdded) throw addressInUse();
}
