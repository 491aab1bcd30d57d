import type { UserId } from '../../core/identifiers.ts';
import { searchWords } from '../../core/search-words.ts';
import type { UserProfile } from '../../kernel/question-values.ts';
import type { Work } from '../../kernel/work.ts';
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

/** Users that are read at once, and at most in one search: many may be hidden by modules. */
const PAGE = 50;
const MAX_PAGES = 20;
const MAX_WORDS = 10;

/** Finds users by name: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3user_directorysearch */
export const searchUsers = defineRead({
  name: 'search-users',
  async prepare(context, who, { term, limit }: Wish, ask): Promise<Found> {
    const words = searchWords(term).slice(0, MAX_WORDS);
    const results: UserProfile[] = [];
    if (words.length === 0) return { results, limited: false };
    const { users } = context.config.directory;
    for (let page = 0; page < MAX_PAGES; page++) {
      const found = await context.read(() => pageOf({ words, viewer: who.userId, users, limit: PAGE, offset: page * PAGE }));
      for (const profile of found) {
        if (!(await ask('check_username_for_spam', profile))) continue;
        if (results.length === limit) return { results, limited: true };
        results.push(profile);
      }
      if (found.length < PAGE) return { results, limited: false };
    }
    return { results, limited: true };
  },
});

function* pageOf(search: userDirectory.Search): Work<readonly UserProfile[]> {
  const userIds = yield* userDirectory.search(search);
  const found = yield* profiles.memberProfilesOf(userIds);
  return userIds.map((userId: UserId) => {
    const profile = found.get(userId);
    return { userId, displayName: profile?.displayname, avatarUrl: profile?.avatar_url };
  });
}
