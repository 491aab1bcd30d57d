import type { EventId, RoomId } from '../../core/identifiers.ts';
import { findVisible } from '../../engine/events/find-visible.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as memberships from '../../store/memberships.ts';
import * as reports from '../../store/reports.ts';
import type { Report } from '../../store/reports.ts';
import { defineOperation } from '../define.ts';

interface EventReport {
  readonly roomId: RoomId;
  readonly eventId: EventId;
  readonly reason: string | undefined;
  readonly score: number | undefined;
}

/**
 * Reports an event to the server's administrators: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidreporteventid
 * @throws M_NOT_FOUND when the user is not in the room, or does not see the event
 */
export const reportEvent = defineOperation({
  name: 'report-event',
  prepare(context, { userId, deviceId }, { roomId, eventId, reason, score }: EventReport) {
    const { position } = context.notifier;
    return context.read(function* (): Work<{ report: Report; now: number }> {
      if ((yield* memberships.find(roomId, userId))?.membership !== 'join') throw notFound(`You are not joined to ${roomId}`);
      // Whom one ignores, one may report.
      const { event } = yield* findVisible(roomId, eventId, { userId, deviceId, newest: position });
      return { report: { reporter: userId, userId: event.sender, roomId, eventId, reason, score }, now: context.clock.now() };
    });
  },
  commit: (draft) => reports.add(draft.report, draft.now),
});
