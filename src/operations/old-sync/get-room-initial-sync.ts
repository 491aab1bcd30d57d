import type { EventId, RoomId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { clientEvents } from '../../engine/events/client-event.ts';
import { clientStateEvents } from '../../engine/events/client-state-events.ts';
import { newestFor, reading } from '../../engine/events/may-read.ts';
import { readableState } from '../../engine/events/room-state.ts';
import { viewerOf } from '../../engine/events/viewer.ts';
import { visibleStretch } from '../../engine/events/visible-stretch.ts';
import type { Work } from '../../kernel/work.ts';
import * as accountData from '../../store/account-data.ts';
import type { AccountData } from '../../store/account-data.ts';
import * as memberships from '../../store/memberships.ts';
import * as roomSummaries from '../../store/room-summaries.ts';
import { defineRead } from '../define.ts';

interface RoomInitialSync {
  readonly roomId: RoomId;
  /** Undefined for who never had to do with the room. */
  readonly membership: string | undefined;
  /** Oldest first. */
  readonly messages: readonly JsonObject[];
  /** Positions for tokens; `start` is undefined when nothing is older. */
  readonly start: number | undefined;
  readonly end: number;
  readonly state: readonly JsonObject[];
  readonly isPublished: boolean;
  readonly accountData: readonly AccountData[];
}

const MESSAGES = 20;

/**
 * A room as it is, for its members, as it was, for those who left, and for everybody who may look into it.
 * https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidinitialsync
 * @throws M_FORBIDDEN
 */
export const getRoomInitialSync = defineRead({
  name: 'get-room-initial-sync',
  async prepare(context, who, { roomId }: { readonly roomId: RoomId }): Promise<RoomInitialSync> {
    const [now, position] = [context.clock.now(), context.notifier.position];
    const viewer = await context.read(() => viewerOf(who, position));
    const { stateIds, ...found } = await context.read(function* (): Work<Omit<RoomInitialSync, 'state'> & { stateIds: readonly EventId[] }> {
      const access = yield* reading(roomId, who.userId);
      const end = newestFor(access, position);
      const past = { roomId, direction: 'b', after: Number.MIN_SAFE_INTEGER, upTo: end } as const;
      const { events, next } = yield* visibleStretch(past, MESSAGES, viewer);
      return {
        roomId,
        membership: (yield* memberships.find(roomId, who.userId))?.membership,
        messages: (yield* clientEvents(events, viewer, now)).toReversed(),
        start: next,
        end,
        stateIds: (yield* readableState(roomId, access, position)).map(({ eventId }) => eventId),
        isPublished: (yield* roomSummaries.find(roomId))?.isPublished === 1,
        accountData: yield* accountData.ofRooms(who.userId, [roomId], position),
      };
    });
    return { ...found, state: await clientStateEvents(context, stateIds, viewer, now) };
  },
});
