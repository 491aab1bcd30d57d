import { stateKeyOf } from '../../core/event.ts';
import type { Work } from '../../kernel/work.ts';
import * as events from '../../store/events.ts';
import type { StoredEvent } from '../../store/events.ts';
import * as state from '../../store/state.ts';

/**
 * The membership events of those who sent some events, as they were at one of them. Some may be among the events: clients take
 * the state as complete.
 * https://spec.matrix.org/v1.19/client-server-api/#lazy-loading-room-members
 */
export function* membersOfSenders(shown: readonly StoredEvent[], at: StoredEvent | undefined): Work<readonly StoredEvent[]> {
  const group = at?.stateBefore;
  if (group === undefined) return [];
  const senders = [...new Set(shown.map(({ event }) => event.sender))];
  const found = (yield* state.lookUpAll([group], ['m.room.member'], senders)).get(group);
  const ids = senders.flatMap((sender) => found?.get(stateKeyOf('m.room.member', sender)) ?? []);
  return yield* events.findAll(ids);
}
