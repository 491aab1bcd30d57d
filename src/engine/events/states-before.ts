import { stateKeyOf } from '../../core/event.ts';
import type { EventId, RoomId, UserId } from '../../core/identifiers.ts';
import { stringAt } from '../../core/json.ts';
import type { StateBefore } from '../../core/visibility.ts';
import type { Work } from '../../kernel/work.ts';
import * as events from '../../store/events.ts';
import type { StoredEvent } from '../../store/events.ts';
import type { Membership } from '../../store/memberships.ts';
import * as state from '../../store/state.ts';

/** Members see everything that comes after they joined, whatever the room's history visibility is. */
const MEMBER: StateBefore = { membership: 'join', historyVisibility: undefined };
const NOTHING: StateBefore = { membership: undefined, historyVisibility: undefined };

const VISIBILITY = stateKeyOf('m.room.history_visibility', '');

/**
 * What a room's state was for one user just before each of some events.
 * @param present how the user stands to the events' rooms now: it answers for all that came after it without a look at the state
 */
export function* statesBefore(
  wanted: readonly StoredEvent[],
  userId: UserId,
  present: ReadonlyMap<RoomId, Membership>,
): Work<(stored: StoredEvent) => StateBefore> {
  const isAfterJoin = ({ event, pos }: StoredEvent): boolean => {
    const membership = present.get(event.roomId);
    return membership?.membership === 'join' && membership.pos < pos;
  };
  const groups = new Set(wanted.filter((stored) => !isAfterJoin(stored)).flatMap(({ stateBefore }) => stateBefore ?? []));
  const byGroup = groups.size === 0 ? undefined : yield* inGroups([...groups], userId);
  return (stored) => {
    if (isAfterJoin(stored)) return MEMBER;
    return (stored.stateBefore !== undefined && byGroup?.get(stored.stateBefore)) || NOTHING;
  };
}

function* inGroups(groups: readonly state.StateGroup[], userId: UserId): Work<ReadonlyMap<state.StateGroup, StateBefore>> {
  const member = stateKeyOf('m.room.member', userId);
  const states = yield* state.lookUpAll(groups, ['m.room.history_visibility', 'm.room.member'], ['', userId]);
  const ids = new Set([...states.values()].flatMap((entries) => [entries.get(VISIBILITY) ?? [], entries.get(member) ?? []].flat()));
  const found = yield* events.findAll([...ids]);
  const byId = new Map(found.map(({ event }) => [event.eventId, event]));
  const textAt = (eventId: EventId | undefined, key: string): string | undefined => {
    const event = eventId === undefined ? undefined : byId.get(eventId);
    return event === undefined ? undefined : stringAt(event.content, key);
  };
  return new Map(
    [...states].map(([group, entries]) => [
      group,
      { historyVisibility: textAt(entries.get(VISIBILITY), 'history_visibility'), membership: textAt(entries.get(member), 'membership') },
    ]),
  );
}
