import { stateKeyOf } from '../../core/event.ts';
import type { UserId } from '../../core/identifiers.ts';
import { stringAt } from '../../core/json.ts';
import type { Work } from '../../kernel/work.ts';
import * as events from '../../store/events.ts';
import type { StoredEvent } from '../../store/events.ts';
import * as state from '../../store/state.ts';

export interface HistoricProfile {
  readonly displayname: string | undefined;
  readonly avatarUrl: string | undefined;
}

/** What users called themselves in a room at the time of an event; those who were not members then are left out. */
export function* historicProfiles(at: StoredEvent, userIds: readonly UserId[]): Work<ReadonlyMap<UserId, HistoricProfile>> {
  const group = at.stateBefore;
  if (group === undefined) return new Map();
  const entries = (yield* state.lookUpAll([group], ['m.room.member'], userIds)).get(group);
  const found = yield* events.findAll(userIds.flatMap((userId) => entries?.get(stateKeyOf('m.room.member', userId)) ?? []));
  return new Map(
    found.map(({ event: { stateKey, content } }) => [
      stateKey as UserId,
      { displayname: stringAt(content, 'displayname'), avatarUrl: stringAt(content, 'avatar_url') },
    ]),
  );
}
