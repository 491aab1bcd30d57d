import type { RoomId, UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Work } from '../../kernel/work.ts';
import type { StateEntry } from '../../store/current-state.ts';
import * as memberships from '../../store/memberships.ts';
import * as roomSummaries from '../../store/room-summaries.ts';

const HEROES = 5;

/** What a client needs to name a room without knowing its members. */
export interface RoomSummary {
  readonly heroes: readonly UserId[];
  readonly joined: number;
  readonly invited: number;
}

/** Whether a change of state may change the summary. */
export const concernsSummary = ({ type }: StateEntry): boolean =>
  type === 'm.room.member' || type === 'm.room.name' || type === 'm.room.canonical_alias';

/**
 * The summary of a room: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3sync_response-200_roomsummary
 * It is as new as can be, which may be newer than the sync: then the next one tells it again.
 */
export function* summaryOf(roomId: RoomId, viewer: UserId): Work<RoomSummary> {
  const gist = yield* roomSummaries.find(roomId);
  const hasName = (gist?.name ?? gist?.canonicalAlias ?? null) !== null;
  const heroes = hasName ? [] : yield* heroesOf(roomId, viewer);
  return { heroes, joined: gist?.joinedMembers ?? 0, invited: yield* memberships.countInvited(roomId) };
}

export const wireSummary = ({ heroes, joined, invited }: RoomSummary): JsonObject => ({
  ...(heroes.length > 0 && { 'm.heroes': heroes }),
  'm.joined_member_count': joined,
  'm.invited_member_count': invited,
});

/** Those who are there; where nobody else is, those who were. */
function* heroesOf(roomId: RoomId, viewer: UserId): Work<readonly UserId[]> {
  const present = yield* memberships.firstMembers(roomId, viewer, ['join', 'invite'], HEROES);
  return present.length > 0 ? present : yield* memberships.firstMembers(roomId, viewer, ['leave', 'ban'], HEROES);
}
