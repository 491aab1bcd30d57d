import type { RoomId } from '../../core/identifiers.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as reports from '../../store/reports.ts';
import type { Report } from '../../store/reports.ts';
import * as rooms from '../../store/rooms.ts';
import { defineOperation } from '../define.ts';

interface RoomReport {
  readonly roomId: RoomId;
  readonly reason: string;
}

/**
 * Reports a room, by whoever came upon it: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidreport
 * @throws M_NOT_FOUND
 */
export const reportRoom = defineOperation({
  name: 'report-room',
  prepare: (context, who, { roomId, reason }: RoomReport) =>
    context.read(function* (): Work<{ report: Report; now: number }> {
      if ((yield* rooms.find(roomId)) === undefined) throw notFound(`This server does not know the room ${roomId}`);
      return { report: { reporter: who.userId, roomId, reason }, now: context.clock.now() };
    }),
  commit: (draft) => reports.add(draft.report, draft.now),
});
