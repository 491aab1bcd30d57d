import type { UserId } from '../../core/identifiers.ts';
import type { Work } from '../../kernel/work.ts';
import * as pushers from '../../store/pushers.ts';
import * as thirdPartyIds from '../../store/third-party-ids.ts';
import type { ThirdPartyAddress } from '../identity/lookup-hash.ts';
import { tellOwner, type Notifying } from '../mail/notices.ts';

/**
 * Takes an address off an account; no more notifications go there, and all of the owner's addresses are told.
 * @param by undefined where nobody is told
 * @returns whether the account had it
 */
export function* removeAddress(userId: UserId, { medium, address }: ThirdPartyAddress, by: Notifying | undefined): Work<boolean> {
  const isOwn = (yield* thirdPartyIds.ownerOf(medium, address)) === userId;
  if (isOwn) yield* tellOwner(by, userId, { kind: 'address-removed', address });
  yield* thirdPartyIds.remove(userId, medium, address);
  if (medium === 'email') yield* pushers.remove(userId, pushers.MAIL.appId, address);
  return isOwn;
}
