import { rankCandidates, type Candidate } from '../../core/directory-rank.ts';
import type { UserId } from '../../core/identifiers.ts';
import { searchWords } from '../../core/search-words.ts';
import type { UserProfile } from '../../kernel/question-values.ts';
import type { Work } from '../../kernel/work.ts';
import * as accountData from '../../store/account-data.ts';
import * as profiles from '../../store/profiles.ts';
import * as userDirectory from '../../store/user-directory.ts';
import { defineRead } from '../define.ts';

interface Wish {
  readonly term: string;
  readonly limit: number;
}
interface Found {
  readonly results: readonly UserProfile[];
  /** True when there are more than were asked for. */
  readonly limited: boolean;
}

/** How many users one search looks at: modules may hide many of them. */
const MAX_CANDIDATES = 1_000;
const MAX_WORDS = 10;

/** Finds users by name: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3user_directorysearch */
export const searchUsers = defineRead({
  name: 'search-users',
  async prepare(context, who, { term, limit }: Wish, ask): Promise<Found> {
    const words = searchWords(term).slice(0, MAX_WORDS);
    const results: UserProfile[] = [];
    const { users, show_locked_users: showLocked } = context.config.directory;
    if (words.length === 0 || users === 'nobody') return { results, limited: false };
    const found = await context.read(() => userDirectory.search({ words, viewer: who.userId, users, showLocked, limit: MAX_CANDIDATES }));
    const candidates = await context.read(() => candidatesOf(found, who.userId));
    for (const { shares: _, ...profile } of rankCandidates(words, candidates)) {
      if (!(await ask('check_username_for_spam', profile))) continue;
      if (results.length === limit) return { results, limited: true };
      results.push(profile);
    }
    return { results, limited: found.length === MAX_CANDIDATES };
  },
});

function* candidatesOf(found: readonly userDirectory.Found[], viewer: UserId): Work<readonly (UserProfile & Candidate)[]> {
  const ignored = yield* accountData.ignoredUsers(viewer);
  const known = yield* profiles.memberProfilesOf(found.map(({ userId }) => userId));
  return found
    .filter(({ userId }) => !ignored.has(userId))
    .map(({ userId, shares }) => {
      const profile = known.get(userId);
      return { userId, shares, displayName: profile?.displayname, avatarUrl: profile?.avatar_url };
    });
}
