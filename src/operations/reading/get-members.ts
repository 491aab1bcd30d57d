import type { EventId, RoomId } from '../../core/identifiers.ts';
import { stringAt, type JsonObject } from '../../core/json.ts';
import { clientStateEvents } from '../../engine/events/client-state-events.ts';
import { newestFor, reading, type Reading } from '../../engine/events/may-read.ts';
import { stateAfter } from '../../engine/events/room-state.ts';
import { viewerOf } from '../../engine/events/viewer.ts';
import type { Work } from '../../kernel/work.ts';
import * as memberships from '../../store/memberships.ts';
import * as timeline from '../../store/timeline.ts';
import { defineRead } from '../define.ts';

interface Query {
  readonly roomId: RoomId;
  /** The position of a token; undefined for now, or for when the user left. */
  readonly at: number | undefined;
  readonly membership: string | undefined;
  readonly notMembership: string | undefined;
}

/** The member events of a room: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidmembers */
export const getMembers = defineRead({
  name: 'get-members',
  async prepare(context, who, query: Query): Promise<readonly JsonObject[]> {
    const isWanted = wantedMembership(query);
    const viewer = await context.read(() => viewerOf(who));
    const ids = await context.read(function* (): Work<readonly EventId[]> {
      const access = yield* reading(query.roomId, who.userId);
      return query.at === undefined && access.as !== 'former-member'
        ? (yield* memberships.listIn(query.roomId)).filter(({ membership }) => isWanted(membership)).map(({ eventId }) => eventId)
        : yield* membersAt(query.roomId, query.at, access);
    });
    return clientStateEvents(context, ids, viewer, context.clock.now(), ({ event }) => isWanted(stringAt(event.content, 'membership') ?? 'leave'));
  },
});

/** "Either the membership is the same as `membership` or is not the same as `not_membership`." */
function wantedMembership({ membership, notMembership }: Query): (held: string) => boolean {
  if (membership === undefined && notMembership === undefined) return () => true;
  return (held) => held === membership || (notMembership !== undefined && held !== notMembership);
}

/** The member events of the state as it was at a position, though not later than the reader's own leave. */
function* membersAt(roomId: RoomId, at: number | undefined, access: Reading): Work<readonly EventId[]> {
  const last = yield* timeline.lastUpTo(roomId, newestFor(access, at ?? Number.MAX_SAFE_INTEGER));
  return last === undefined ? [] : [...(yield* stateAfter(last, 'm.room.member')).values()];
}
