import type { EventId, RoomId, UserId } from '../../core/identifiers.ts';
import { stringAt } from '../../core/json.ts';
import { writtenStateEvents } from '../../engine/events/client-state-events.ts';
import { newestFor, reading } from '../../engine/events/may-read.ts';
import { endOfReading, stateAfter } from '../../engine/events/room-state.ts';
import { viewerOf } from '../../engine/events/viewer.ts';
import { visibleEvents } from '../../engine/events/visibility.ts';
import { forbidden } from '../../kernel/errors.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import type { WrittenJson } from '../../kernel/written-json.ts';
import type { StoredEvent } from '../../store/events.ts';
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

/**
 * The member events of a room: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidmembers
 * @throws M_FORBIDDEN, also for a time of which the user may see nothing
 */
export const getMembers = defineRead({
  name: 'get-members',
  async prepare(context, who: Requester, query: Query, ask): Promise<WrittenJson> {
    const isWanted = wantedMembership(query);
    const { position } = context.notifier;
    const viewer = await context.read(() => viewerOf(who, position));
    const ids = await context.read(function* (): Work<readonly EventId[]> {
      const access = yield* reading(query.roomId, who.userId);
      const last =
        query.at === undefined
          ? yield* endOfReading(query.roomId, access, position)
          : yield* eventAt(query.roomId, who.userId, query.at, newestFor(access, position));
      if (last !== undefined) return [...(yield* stateAfter(last, 'm.room.member')).values()];
      return (yield* memberships.listIn(query.roomId)).filter(({ membership }) => isWanted(membership)).map(({ eventId }) => eventId);
    });
    return writtenStateEvents(context, ask.addFields, ids, viewer, context.clock.now(), ({ event }) =>
      isWanted(stringAt(event.content, 'membership') ?? 'leave'),
    );
  },
});

/** "Either the membership is the same as `membership` or is not the same as `not_membership`." */
function wantedMembership({ membership, notMembership }: Query): (held: string) => boolean {
  if (membership === undefined && notMembership === undefined) return () => true;
  return (held) => held === membership || (notMembership !== undefined && held !== notMembership);
}

/**
 * The event after which the state of a position stands, but not after `newest`. Who sees neither that event nor the next one may not know
 * who was in the room then. Before the room began (there is the `prev_batch` of a whole timeline) it stands as it was when the user joined.
 */
function* eventAt(roomId: RoomId, userId: UserId, at: number, newest: number): Work<StoredEvent> {
  const upTo = Math.min(at, newest);
  const last = (yield* timeline.lastUpTo(roomId, upTo)) ?? (yield* joining(roomId, userId, newest));
  const next = yield* timeline.page({ roomId, viewer: userId, direction: 'f', after: upTo, upTo: newest }, 1);
  const visible = last && (yield* visibleEvents([last, ...next], { userId, deviceId: undefined, newest }));
  if (last === undefined || visible?.length === 0) throw forbidden(`You may not see who was in ${roomId} at that time`);
  return last;
}

/** The event by which somebody came who is in the room. */
function* joining(roomId: RoomId, userId: UserId, newest: number): Work<StoredEvent | undefined> {
  const joinedPos = (yield* memberships.find(roomId, userId))?.joinedPos ?? Infinity;
  return joinedPos > newest ? undefined : yield* timeline.lastUpTo(roomId, joinedPos);
}
