import type { Event } from '../../core/event.ts';
import { groupBy } from '../../core/group-by.ts';
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

/** What push rules need to know of some rooms, as they are now. */
export function* pushContextsIn(roomIds: readonly RoomId[]): Work<(roomId: RoomId) => PushContextOf> {
  if (roomIds.length === 0) return () => contextOf([], 0);
  const ids = yield* currentState.idsAt(roomIds, ['m.room.create', 'm.room.power_levels']);
  const state = groupBy(
    (yield* events.findAll(ids)).map(({ event }) => event),
    ({ roomId }) => roomId,
  );
  const counts = yield* roomSummaries.joinedCounts(roomIds);
  return (roomId) => contextOf(state.get(roomId) ?? [], counts.get(roomId) ?? 0);
}

/** The same of one room. */
export function* pushContextIn(roomId: RoomId): Work<PushContextOf> {
  return (yield* pushContextsIn([roomId]))(roomId);
}

function contextOf(state: readonly Event[], memberCount: number): PushContextOf {
  const create = state.find(({ type }) => type === 'm.room.create');
  const powerLevels = state.find(({ type }) => type === 'm.room.power_levels');
  // Few rules ask for them, and what is read for one event serves all of the room.
  let levels: PowerLevels | undefined;
  const levelsFor = ({ version }: Event): PowerLevels => (levels ??= new PowerLevels(version, create, powerLevels));
  return ({ userId, displayName }, event) => ({
    userId,
    displayName: displayName ?? undefined,
    memberCount,
    get senderPowerLevel() {
      return levelsFor(event).userLevel(event.sender);
    },
    notificationLevel: (key) => levelsFor(event).notificationLevel(key),
  });
}
