import type { Reader } from '../kernel/database.ts';
import type { Run } from '../kernel/operation.ts';
import { onBehalfOf, SERVER_ITSELF } from '../kernel/requester.ts';
import { dropProfileUpdate } from '../operations/profiles/drop-profile-update.ts';
import { propagateProfile } from '../operations/profiles/propagate-profile.ts';
import * as profileUpdates from '../store/profile-updates.ts';
import type { ProfileUpdate } from '../store/profile-updates.ts';
import * as users from '../store/users.ts';
import type { Queue } from './queue-worker.ts';

const PAGE = 20;

/** Changed profiles are carried into the rooms of their users. */
export const profileUpdatesQueue = (reader: Reader, run: Run): Queue<ProfileUpdate> => ({
  name: 'profile updates',
  topic: 'queue:profile-updates',
  after: (last) => reader.read(() => profileUpdates.after(last, PAGE)),
  async work(update) {
    const user = await reader.read(() => users.find(update.userId));
    await run(propagateProfile, onBehalfOf(update.userId, user), update);
  },
  drop: (update) => run(dropProfileUpdate, SERVER_ITSELF, update),
});
