import type { RoomEventFilter } from '../../core/filters/filter.ts';
import type { Work } from '../../kernel/work.ts';
import type { StoredEvent } from '../../store/events.ts';
import { newestShownTo } from './may-read.ts';
import type { Viewer } from './viewer.ts';
import { visibleStretch } from './visible-stretch.ts';

/** What happened around an event. */
export interface Around {
  /** The nearest first. */
  readonly before: readonly StoredEvent[];
  readonly after: readonly StoredEvent[];
  /** Positions for tokens, to go on backwards and forwards. */
  readonly start: number;
  readonly end: number;
}

interface Limits {
  readonly before: number;
  readonly after: number;
  /** The newest position that clients are shown. */
  readonly position: number;
}

/** The events around one that a user may see and that a filter lets through. */
export function* around(target: StoredEvent, limits: Limits, viewer: Viewer, filter?: RoomEventFilter): Work<Around> {
  const { roomId } = target.event;
  const newest = yield* newestShownTo(viewer.userId, roomId, limits.position);
  const past = { roomId, direction: 'b', after: Number.MIN_SAFE_INTEGER, upTo: target.pos - 1 } as const;
  const before = yield* visibleStretch(past, limits.before, viewer, filter);
  const future = { roomId, direction: 'f', after: target.pos, upTo: newest } as const;
  const after = yield* visibleStretch(future, limits.after, viewer, filter);
  return {
    before: before.events,
    after: after.events,
    start: before.next ?? (before.events.at(-1) ?? target).pos - 1,
    end: after.next ?? (after.events.at(-1) ?? target).pos,
  };
}
