import { groupBy } from '../core/group-by.ts';
import type { UserId } from '../core/identifiers.ts';
import type { Action } from '../core/push-rules/actions.ts';
import { execute, inList, row, rows, wake, type Work } from '../kernel/work.ts';

/** Something that a user is to be told. */
export interface Push {
  readonly userId: UserId;
  /** The position of the event. */
  readonly pos: number;
  readonly actions: readonly Action[];
}

export interface QueuedPush {
  readonly pushId: number;
  /** Undefined for a mere change of the count of unread messages. */
  readonly eventPos: number | undefined;
  readonly actions: readonly Action[];
  /** Milliseconds since the epoch. */
  readonly createdTs: number;
}

/** Up to where the events were looked at. */
export function* cursor(): Work<number> {
  return (yield* row<{ position: number }>('select position from push_cursor'))?.position ?? 0;
}

/** How many users one statement names. */
const USERS_AT_ONCE = 512;

/** Queues pushes for all pushers of their users, and moves the cursor on. @param pushes in the order of their events. @param now milliseconds since the epoch */
export function* add(pushes: readonly Push[], upTo: number, now: number): Work<void> {
  const texts = pushes.map((push) => ({ ...push, actions: JSON.stringify(push.actions) }));
  for (const alike of groupBy(texts, ({ pos, actions }) => `${pos} ${actions}`).values()) yield* addAlike(alike, now);
  yield* execute('update push_cursor set position = ? where position < ?', upTo, upTo);
  if (pushes.length > 0) yield* wake('queue:pushes');
}

/** Queues the same for some users: at one position, with the same actions as JSON. */
function* addAlike(pushes: readonly { readonly userId: UserId; readonly pos: number; readonly actions: string }[], now: number): Work<void> {
  for (let start = 0; start < pushes.length; start += USERS_AT_ONCE) {
    const some = pushes.slice(start, start + USERS_AT_ONCE);
    const [first] = some;
    if (first === undefined) return;
    const users = inList(some.map(({ userId }) => userId));
    yield* execute(
      `insert into push_queue (pusher_id, event_pos, actions, created_ts)
       select pusher_id, ?, ?, ? from pushers where user_id in ${users.marks} and since_pos < ?`,
      first.pos,
      first.actions,
      now,
      ...users.args,
      first.pos,
    );
  }
}

/** Queues that the count of a user's unread messages may have changed, where that is not yet the next thing to tell. */
export function* addBadge(userId: UserId, now: number): Work<void> {
  const added = yield* rows(
    `insert into push_queue (pusher_id, event_pos, actions, created_ts)
     select p.pusher_id, null, '[]', ? from pushers p where p.user_id = ? and p.kind <> 'email'
     and not exists (select 1 from push_queue q where q.pusher_id = p.pusher_id and q.event_pos is null) returning push_id`,
    now,
    userId,
  );
  if (added.length > 0) yield* wake('queue:pushes');
}

/** A pusher that has something to push. */
export interface WaitingPusher {
  readonly pusherId: number;
  readonly kind: string;
  /** When it may be tried, milliseconds since the epoch. */
  readonly retryTs: number;
}

export function* waiting(limit: number): Work<readonly WaitingPusher[]> {
  return yield* rows<WaitingPusher>(
    `select p.pusher_id as "pusherId", p.kind, p.retry_ts as "retryTs" from (select distinct pusher_id from push_queue) q
     join pushers p on p.pusher_id = q.pusher_id order by p.retry_ts limit ?`,
    limit,
  );
}

interface QueueRow {
  readonly pushId: number;
  readonly eventPos: number | null;
  readonly actions: string;
  readonly createdTs: number;
}
const COLUMNS = 'push_id as "pushId", event_pos as "eventPos", actions, created_ts as "createdTs"';
const fromRow = (found: QueueRow): QueuedPush => ({
  ...found,
  eventPos: found.eventPos ?? undefined,
  actions: JSON.parse(found.actions) as readonly Action[],
});

export function* next(pusherId: number): Work<QueuedPush | undefined> {
  const found = yield* row<QueueRow>(`select ${COLUMNS} from push_queue where pusher_id = ? order by push_id limit 1`, pusherId);
  return found && fromRow(found);
}

/** The newest first. */
export function* newest(pusherId: number, limit: number): Work<readonly QueuedPush[]> {
  return (yield* rows<QueueRow>(`select ${COLUMNS} from push_queue where pusher_id = ? order by push_id desc limit ?`, pusherId, limit)).map(fromRow);
}

/** Takes everything of a pusher up to something out of the queue. */
export function* removeUpTo(pusherId: number, pushId: number): Work<void> {
  yield* execute('delete from push_queue where pusher_id = ? and push_id <= ?', pusherId, pushId);
}

export function* remove(pushId: number): Work<void> {
  yield* execute('delete from push_queue where push_id = ?', pushId);
}
