import type { UserId } from '../../core/identifiers.ts';
import { stringAt } from '../../core/json.ts';
import type { Work } from '../../kernel/work.ts';
import * as devices from '../../store/devices.ts';
import * as externalIds from '../../store/external-ids.ts';
import type { ExternalId } from '../../store/external-ids.ts';
import * as profiles from '../../store/profiles.ts';
import * as thirdPartyIds from '../../store/third-party-ids.ts';
import type { ThirdPartyId } from '../../store/third-party-ids.ts';
import * as users from '../../store/users.ts';
import type { User } from '../../store/users.ts';

/** What administrators see of an account. */
export interface AccountDetails {
  readonly user: Omit<User, 'passwordHash'>;
  readonly displayName: string | undefined;
  readonly avatarUrl: string | undefined;
  readonly addresses: readonly ThirdPartyId[];
  readonly externalIds: readonly ExternalId[];
  /** Milliseconds since the epoch. */
  readonly lastSeenTs: number | undefined;
}

export function* accountDetails(userId: UserId): Work<AccountDetails | undefined> {
  const found = yield* users.find(userId);
  if (found === undefined) return undefined;
  const { passwordHash: _secret, ...user } = found;
  const profile = yield* profiles.find(userId);
  const seen = (yield* devices.listFor(userId)).flatMap(({ lastSeenTs }) => lastSeenTs ?? []);
  return {
    user,
    displayName: stringAt(profile, 'displayname'),
    avatarUrl: stringAt(profile, 'avatar_url'),
    addresses: yield* thirdPartyIds.listFor(userId),
    externalIds: yield* externalIds.listFor(userId),
    lastSeenTs: seen.length === 0 ? undefined : Math.max(...seen),
  };
}
