import type { EventId, RoomId, UserId } from '../core/identifiers.ts';
import { execute, type Work } from '../kernel/work.ts';

/** Something that a user found inappropriate: an event, a room or a user. */
export interface Report {
  readonly reporter: UserId;
  /** The reported user, or the sender of the reported event. */
  readonly userId?: UserId;
  readonly roomId?: RoomId;
  readonly eventId?: EventId;
  readonly reason: string | undefined;
  /** From -100 (most offensive) to 0. */
  readonly score?: number | undefined;
}

/** @param now milliseconds since the epoch */
export function* add(report: Report, now: number): Work<void> {
  yield* execute(
    'insert into reports (reporter, user_id, room_id, event_id, reason, score, created_ts) values (?, ?, ?, ?, ?, ?, ?)',
    report.reporter,
    report.userId ?? null,
    report.roomId ?? null,
    report.eventId ?? null,
    report.reason ?? null,
    report.score ?? null,
    now,
  );
}
