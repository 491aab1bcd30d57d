import { stringAt, type JsonObject } from '../../core/json.ts';
import type { Listeners } from '../../kernel/questions.ts';
import type { Requester } from '../../kernel/requester.ts';

/** Who is told of a changed profile. @param profile as it is now; undefined when nothing has changed */
export const toldOfProfile = (who: Requester, profile: JsonObject | undefined): { on_profile_update: Listeners['on_profile_update'][] } => ({
  on_profile_update:
    profile === undefined
      ? []
      : [[who.userId, { displayName: stringAt(profile, 'displayname'), avatarUrl: stringAt(profile, 'avatar_url') }, isByOthers(who), false]],
});

/** Administrators and modules act in the names of users. */
const isByOthers = ({ origin }: Requester): boolean => origin === 'admin' || origin === 'module';
