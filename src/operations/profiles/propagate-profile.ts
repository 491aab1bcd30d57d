import type { EventId } from '../../core/identifiers.ts';
import { memberChange } from '../../engine/rooms/membership/member-change.ts';
import { changeEvents, type StateChange } from '../../engine/rooms/state-change.ts';
import type { Work } from '../../kernel/work.ts';
import * as memberships from '../../store/memberships.ts';
import * as profileUpdates from '../../store/profile-updates.ts';
import type { ProfileUpdate } from '../../store/profile-updates.ts';
import { defineOperation } from '../define.ts';

interface Draft {
  readonly update: ProfileUpdate;
  /** Undefined where the user is not joined any more. */
  readonly change: StateChange | undefined;
  /** The membership that the new one takes the place of. */
  readonly before: EventId | undefined;
}

/**
 * Carries a changed profile into one room, unless the user is shown there as they wish already.
 * https://spec.matrix.org/v1.19/client-server-api/#events-on-change-of-profile-information
 */
export const propagateProfile = defineOperation({
  name: 'propagate-profile',
  prepare: (context, { userId }, update: ProfileUpdate) =>
    context.read(function* (): Work<Draft> {
      const { roomId } = update;
      const before = yield* memberships.find(roomId, userId);
      const self = { roomId, sender: userId, target: userId };
      return { update, change: before?.membership === 'join' ? yield* memberChange(self, 'join', {}) : undefined, before: before?.eventId };
    }),
  events: ({ change }) => changeEvents(change),
  *commit({ update, before }, [event]): Work<void> {
    // A user who has left while this was prepared must not be joined again by it.
    if (event !== undefined && (before === undefined || !event.authEvents.includes(before))) {
      throw new Error(`The membership of ${update.userId} in ${update.roomId} has changed in between`);
    }
    yield* profileUpdates.remove(update);
  },
});
