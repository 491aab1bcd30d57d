import { stateKeyOf } from '../../core/event.ts';
import type { EventId, UserId } from '../../core/identifiers.ts';
import { stringAt } from '../../core/json.ts';
import type { StateBefore } from '../../core/visibility.ts';
import type { Work } from '../../kernel/work.ts';
import * as events from '../../store/events.ts';
import type { StoredEvent } from '../../store/events.ts';
import * as state from '../../store/state.ts';

const VISIBILITY = stateKeyOf('m.room.history_visibility', '');
const NOTHING: StateBefore = { membership: undefined, historyVisibility: undefined };

/** What a room's state was for one user just before each of some events. Events in a row mostly share their state, so this asks little. */
export function* statesBefore(stored: readonly StoredEvent[], userId: UserId): Work<(one: StoredEvent) => StateBefore> {
  const member = stateKeyOf('m.room.member', userId);
  const groups = new Set(stored.flatMap(({ stateBefore }) => stateBefore ?? []));
  const states = yield* state.lookUpAll([...groups], ['m.room.history_visibility', 'm.room.member'], ['', userId]);
  const ids = [...states.values()].flatMap((entries) => [entries.get(VISIBILITY) ?? [], entries.get(member) ?? []].flat());
  const found = yield* events.findAll([...new Set(ids)]);
  const contents = new Map(found.map(({ event }) => [event.eventId, event.content]));
  const textAt = (eventId: EventId | undefined, key: string): string | undefined => {
    const content = eventId === undefined ? undefined : contents.get(eventId);
    return content === undefined ? undefined : stringAt(content, key);
  };
  return ({ stateBefore }) => {
    const entries = stateBefore === undefined ? undefined : states.get(stateBefore);
    if (entries === undefined) return NOTHING;
    return { historyVisibility: textAt(entries.get(VISIBILITY), 'history_visibility'), membership: textAt(entries.get(member), 'membership') };
  };
}
