import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as profileUpdates from '../../store/profile-updates.ts';
import { defineOperation } from '../define.ts';

/** Gives up carrying a profile into a room: the room's rules or a module do not want it. */
export const dropProfileUpdate = defineOperation({
  name: 'drop-profile-update',
  prepare: (_context, _who: Caller, update: profileUpdates.ProfileUpdate) => update,
  *commit(update): Work<void> {
    yield* profileUpdates.remove(update);
  },
});
