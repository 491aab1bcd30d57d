import type { UserId } from '../../core/identifiers.ts';
import { stringAt, type JsonObject } from '../../core/json.ts';
import type { Listeners } from '../../kernel/questions.ts';
import type { Caller } from '../../kernel/requester.ts';

/** Who is told of a changed profile. @param profile as it is now; undefined when nothing has changed. @param by who has changed it */
export const toldOfProfile = (
  userId: UserId,
  profile: JsonObject | undefined,
  by: Caller,
): { readonly on_profile_update: readonly Listeners['on_profile_update'][] } => ({
  on_profile_update:
    profile === undefined
      ? []
      : [[userId, { displayName: stringAt(profile, 'displayname'), avatarUrl: stringAt(profile, 'avatar_url') }, isByOthers(by), false]],
});

/** Administrators and modules act in the names of users. */
const isByOthers = ({ origin }: Caller): boolean => origin === 'admin' || origin === 'module';
