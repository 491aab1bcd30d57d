import type { UserProfile } from '../../kernel/question-values.ts';

/** A profile with the keys that module authors know; what is not set is null. */
export interface ModuleProfile {
  user_id: string;
  display_name: string | null;
  avatar_url: string | null;
}

/** A new copy each time: a module may do with it what it likes. */
export const moduleProfile = ({ userId, displayName, avatarUrl }: UserProfile): ModuleProfile => ({
  user_id: userId,
  display_name: displayName ?? null,
  avatar_url: avatarUrl ?? null,
});
