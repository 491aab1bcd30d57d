import type { UserId } from '../../core/identifiers.ts';
import type { Work } from '../../kernel/work.ts';
import type { EndedToken } from '../../store/access-tokens.ts';
import * as accountData from '../../store/account-data.ts';
import * as departures from '../../store/departures.ts';
import * as identityBindings from '../../store/identity-bindings.ts';
import * as profiles from '../../store/profiles.ts';
import * as purgedMemberships from '../../store/purged-memberships.ts';
import * as pushers from '../../store/pushers.ts';
import * as pushRules from '../../store/push-rules.ts';
import * as serverNoticeRooms from '../../store/server-notice-rooms.ts';
import * as thirdPartyIds from '../../store/third-party-ids.ts';
import type { ThirdPartyId } from '../../store/third-party-ids.ts';
import * as userEncryption from '../../store/user-encryption.ts';
import * as users from '../../store/users.ts';
import { closeSessions } from './close-sessions.ts';

/** What has come of closing an account. */
export interface ClosedAccount {
  /** False where it had ended before. */
  readonly isNew: boolean;
  /** Whether its profile and all that goes with it are gone by this. */
  readonly isErased: boolean;
  /** What belonged to it. */
  readonly addresses: readonly ThirdPartyId[];
  /** The access tokens that were good until then. */
  readonly ended: readonly EndedToken[];
}

/**
 * Ends an account: nobody can log in to it again, and it leaves its rooms, one after the other in the background.
 * @param options.erase whether what the user stored beside events goes as well, and what they said is kept from those who join their rooms later
 */
export function* closeAccount(userId: UserId, options: { readonly erase: boolean }): Work<ClosedAccount> {
  const before = yield* users.find(userId);
  const ended = yield* closeSessions(userId);
  yield* pushers.removeAllOf(userId);
  yield* purgedMemberships.removeAllOf(userId);
  const addresses = yield* thirdPartyIds.listFor(userId);
  yield* thirdPartyIds.removeAllOf(userId);
  yield* identityBindings.removeAllOf(userId);
  yield* userEncryption.remove(userId);
  yield* users.deactivate(userId, options);
  // Otherwise an invitation to it could not be rejected.
  yield* serverNoticeRooms.removeOf(userId);
  yield* departures.addAllRoomsOf(userId);
  if (options.erase) yield* eraseBesideEvents(userId);
  return { isNew: before?.isDeactivated === false, isErased: options.erase && before?.isErased === false, addresses, ended };
}

function* eraseBesideEvents(userId: UserId): Work<void> {
  yield* profiles.removeAll(userId);
  yield* accountData.removeAllOf(userId);
  yield* pushRules.removeAllOf(userId);
}
