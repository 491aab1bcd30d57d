import type { UserId } from '../../core/identifiers.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { MatrixError } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import type { EndedToken } from '../../store/access-tokens.ts';
import * as externalIds from '../../store/external-ids.ts';
import type { ExternalId } from '../../store/external-ids.ts';
import * as profiles from '../../store/profiles.ts';
import * as thirdPartyIds from '../../store/third-party-ids.ts';
import type { Medium, ThirdPartyId } from '../../store/third-party-ids.ts';
import * as users from '../../store/users.ts';
import { tellOwner, type Notifying } from '../mail/notices.ts';
import { changeProfile } from '../profiles/change-profile.ts';
import { closeAccount } from './close-account.ts';
import { closeSessions } from './close-sessions.ts';
import { removeAddress } from './remove-address.ts';
import { addressInUse } from './validated-address.ts';

/** An address that an administrator vouches for. */
export interface Address {
  readonly medium: Medium;
  /** In canonical form. */
  readonly address: string;
}

/** What an administrator wants an account to be; what is undefined stays as it is. */
export interface AccountChange {
  readonly passwordHash: string | undefined;
  /** Who stays logged in where the password changes; `all`: everybody. */
  readonly loggedInStays: Parameters<typeof closeSessions>[1] | 'all';
  /** Fields of the profile; those whose value is undefined go. */
  readonly profile: ReadonlyMap<string, JsonValue | undefined>;
  readonly isAdmin: boolean | undefined;
  readonly isLocked: boolean | undefined;
  readonly isDeactivated: boolean | undefined;
  /** Null: none. */
  readonly userType: string | null | undefined;
  /** All that it is to have. */
  readonly addresses: readonly Address[] | undefined;
  readonly externalIds: readonly ExternalId[] | undefined;
}

/** What has come of it, for those who are told. */
export interface AccountChanged {
  /** As it is now; undefined where it has not changed. */
  readonly profile: JsonObject | undefined;
  readonly ended: readonly EndedToken[];
  readonly added: readonly Address[];
  readonly removed: readonly Address[];
  /** Whether the account is deactivated now; undefined where that has not changed. */
  readonly isDeactivated: boolean | undefined;
}

/** Changes an account that exists. @param by who tells the owner. @param now ms since the epoch. @throws M_THREEPID_IN_USE, M_USER_IN_USE, M_PROFILE_TOO_LARGE */
export function* changeAccount(user: users.User, change: AccountChange, by: Notifying | undefined, now: number): Work<AccountChanged> {
  const { userId } = user;
  if (change.isDeactivated === false && user.isDeactivated) yield* reopen(userId);
  let profile: JsonObject | undefined;
  for (const [name, value] of change.profile) profile = (yield* changeProfile(userId, name, value)) ?? profile;
  if (change.isAdmin !== undefined) yield* users.setAdmin(userId, change.isAdmin);
  if (change.isLocked !== undefined) yield* users.setLocked(userId, change.isLocked);
  if (change.userType !== undefined) yield* users.setUserType(userId, change.userType ?? undefined);
  const ended = yield* changePassword(userId, change, by);
  if (change.externalIds !== undefined) yield* replaceExternalIds(userId, change.externalIds);
  const { added, removed } = yield* replaceAddresses(userId, change.addresses, by, now);
  const changed = { profile, ended, added, removed, isDeactivated: undefined };
  if (change.isDeactivated === undefined || change.isDeactivated === user.isDeactivated) return changed;
  if (!change.isDeactivated) return { ...changed, isDeactivated: false };
  const closed = yield* closeAccount(userId, { erase: false });
  return { ...changed, ended: [...ended, ...closed.ended], removed: [...removed, ...closed.addresses], isDeactivated: true };
}

function* reopen(userId: UserId): Work<void> {
  const name = yield* profiles.field(userId, 'displayname');
  yield* users.reactivate(userId, typeof name === 'string' ? name : undefined);
}

function* changePassword(userId: UserId, { passwordHash, loggedInStays }: AccountChange, by: Notifying | undefined): Work<readonly EndedToken[]> {
  if (passwordHash === undefined) return [];
  yield* users.setPassword(userId, passwordHash);
  yield* tellOwner(by, userId, { kind: 'password-changed' });
  return loggedInStays === 'all' ? [] : yield* closeSessions(userId, loggedInStays);
}

function* replaceAddresses(
  userId: UserId,
  wanted: readonly Address[] | undefined,
  by: Notifying | undefined,
  now: number,
): Work<Pick<AccountChanged, 'added' | 'removed'>> {
  if (wanted === undefined) return { added: [], removed: [] };
  const before = yield* thirdPartyIds.listFor(userId);
  const removed = addressesWithout(before, wanted);
  const added = addressesWithout(wanted, before);
  for (const gone of removed) yield* removeAddress(userId, gone, by);
  for (const { medium, address } of added) {
    yield* tellOwner(by, userId, { kind: 'address-added', address });
    const isAdded = yield* thirdPartyIds.add(userId, { medium, address, validatedTs: now, addedTs: now });
    if (!isAdded) throw addressInUse();
  }
  return { added, removed };
}

/** Those addresses that are not among others. */
export const addressesWithout = <A extends Address>(addresses: readonly A[], others: readonly (Address | ThirdPartyId)[]): readonly A[] =>
  addresses.filter(({ medium, address }) => !others.some((other) => other.medium === medium && other.address === address));

function* replaceExternalIds(userId: UserId, wanted: readonly ExternalId[]): Work<void> {
  for (const before of yield* externalIds.listFor(userId)) yield* externalIds.remove(before, userId);
  for (const external of wanted) {
    const owner = yield* externalIds.ownerOf(external);
    if (owner === undefined) yield* externalIds.add(external, userId);
    else if (owner !== userId) throw new MatrixError(409, 'M_UNKNOWN', `${external.subject} at ${external.provider} belongs to ${owner} already`);
  }
}
