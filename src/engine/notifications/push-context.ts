import type { Event } from '../../core/event.ts';
import type { RoomId } from '../../core/identifiers.ts';
import { PowerLevels } from '../../core/power-levels.ts';
import type { PushContext } from '../../core/push-rules/condition.ts';
import type { Work } from '../../kernel/work.ts';
import * as currentState from '../../store/current-state.ts';
import * as events from '../../store/events.ts';
import type { Membership } from '../../store/memberships.ts';
import * as roomSummaries from '../../store/room-summaries.ts';

/** The context of an event of a room for one of its members. */
export type PushContextOf = (member: Pick<Membership, 'userId' | 'displayName'>, event: Event) => PushContext;

/** What push rules need to know of a room, as it is now. */
export function* pushContextIn(roomId: RoomId): Work<PushContextOf> {
  const entries = yield* currentState.entriesAt(roomId, ['m.room.create', 'm.room.power_levels']);
  const state = (yield* events.findAll(entries.map(({ eventId }) => eventId))).map(({ event }) => event);
  const create = state.find(({ type }) => type === 'm.room.create');
  const powerLevels = state.find(({ type }) => type === 'm.room.power_levels');
  const memberCount = (yield* roomSummaries.find(roomId))?.joinedMembers ?? 0;
  return ({ userId, displayName }, event) => {
    const levels = new PowerLevels(event.version, create, powerLevels);
    return {
      userId,
      displayName: displayName ?? undefined,
      memberCount,
      senderPowerLevel: levels.userLevel(event.sender),
      notificationLevel: (key) => levels.notificationLevel(key),
    };
  };
}
