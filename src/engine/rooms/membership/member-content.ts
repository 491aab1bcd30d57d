import type { UserId } from '../../../core/identifiers.ts';
import type { JsonObject } from '../../../core/json.ts';
import type { Work } from '../../../kernel/work.ts';
import * as profiles from '../../../store/profiles.ts';

export type MembershipState = 'join' | 'invite' | 'knock' | 'leave' | 'ban';

/**
 * The content of a member event. Whoever is or may become a member is shown with their profile
 * (https://spec.matrix.org/v1.19/client-server-api/#events-on-change-of-profile-information); who is gone is not.
 * @param more further keys, which go before the profile; a key that is undefined is left out
 */
export function* memberContent(
  userId: UserId,
  membership: MembershipState,
  more: { readonly reason?: string | undefined } & Partial<JsonObject> = {},
): Work<JsonObject> {
  const profile = membership === 'leave' || membership === 'ban' ? undefined : (yield* profiles.memberProfilesOf([userId])).get(userId);
  const given = Object.entries(more).filter(([, value]) => value !== undefined);
  return { ...profile, ...(Object.fromEntries(given) as JsonObject), membership };
}
