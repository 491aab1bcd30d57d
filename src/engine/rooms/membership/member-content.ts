import type { UserId } from '../../../core/identifiers.ts';
import type { JsonObject, JsonValue } from '../../../core/json.ts';
import type { Work } from '../../../kernel/work.ts';
import * as profiles from '../../../store/profiles.ts';

export type MembershipState = 'join' | 'invite' | 'knock' | 'leave' | 'ban';
/** Further keys of a member event, such as `reason`; one that is undefined is left out. */
export type MoreContent = Readonly<Record<string, JsonValue | undefined>>;

/**
 * The content of a member event. Whoever is or may become a member is shown with their profile
 * (https://spec.matrix.org/v1.19/client-server-api/#events-on-change-of-profile-information); who is gone is not.
 * @param more goes before the profile
 */
export function* memberContent(userId: UserId, membership: MembershipState, more: MoreContent): Work<JsonObject> {
  const profile = membership === 'leave' || membership === 'ban' ? undefined : (yield* profiles.memberProfilesOf([userId])).get(userId);
  const given = Object.entries(more).filter(([, value]) => value !== undefined);
  return { ...profile, ...(Object.fromEntries(given) as JsonObject), membership };
}
