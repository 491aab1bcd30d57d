import type { EventId, RoomId } from '../../core/identifiers.ts';
import { newestFor, reading } from '../../engine/events/may-read.ts';
import { viewerOf } from '../../engine/events/viewer.ts';
import { visibleEvents } from '../../engine/events/visibility.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import type { StoredEvent } from '../../store/events.ts';
import * as timeline from '../../store/timeline.ts';
import type { Direction, Moment } from '../../store/timeline.ts';
import { defineRead } from '../define.ts';

interface Query {
  readonly roomId: RoomId;
  /** ms since the epoch */
  readonly ts: number;
  readonly direction: Direction;
}

const PAGE = 100;

/** The event nearest to a time: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidtimestamp_to_event */
export const getEventByTimestamp = defineRead({
  name: 'get-event-by-timestamp',
  async prepare(context, who, { roomId, ts, direction }: Query): Promise<{ readonly eventId: EventId; readonly originServerTs: number }> {
    const { position } = context.notifier;
    const newest = newestFor(await context.read(() => reading(roomId, who.userId)), position);
    const viewer = await context.read(() => viewerOf(who, position));
    let beyond: Moment = { originServerTs: ts, pos: direction === 'b' ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER };
    for (;;) {
      const { page, nearest } = await context.read(function* (): Work<{ page: readonly StoredEvent[]; nearest: StoredEvent | undefined }> {
        const page = yield* timeline.byTime(roomId, beyond, direction, PAGE);
        const [nearest] = yield* visibleEvents(
          page.filter(({ pos }) => pos <= newest),
          viewer,
        );
        return { page, nearest };
      });
      if (nearest !== undefined) return nearest.event;
      const last = page.at(-1);
      if (last === undefined) throw notFound(`There is no event ${direction === 'b' ? 'before' : 'after'} ${ts} that you may see`);
      beyond = { originServerTs: last.event.originServerTs, pos: last.pos };
    }
  },
});
