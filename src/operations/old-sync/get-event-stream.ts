import type { RoomId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { clientEvents } from '../../engine/events/client-event.ts';
import { newestFor, reading } from '../../engine/events/may-read.ts';
import { viewerOf, type Viewer } from '../../engine/events/viewer.ts';
import { visibleEvents } from '../../engine/events/visibility.ts';
import type { Topic, Work } from '../../kernel/work.ts';
import * as accountData from '../../store/account-data.ts';
import * as eventStream from '../../store/event-stream.ts';
import type { StoredEvent } from '../../store/events.ts';
import * as memberships from '../../store/memberships.ts';
import * as timeline from '../../store/timeline.ts';
import { defineRead } from '../define.ts';

interface Query {
  /** A room that the user need not be in; undefined for all that they are in. */
  readonly roomId: RoomId | undefined;
  /** Undefined to hear only what comes from now on. */
  readonly from: number | undefined;
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal: () => AbortSignal;
}

interface EventStream {
  readonly start: number;
  readonly end: number;
  readonly chunk: readonly JsonObject[];
}

const PAGE = 100;
/** The longest that a client may wait (ms). */
const MAX_TIMEOUT = 10 * 60_000;

/**
 * Waits for events, as clients did before there was /sync, and still do to watch a room that they have not joined.
 * https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3events
 * @throws M_FORBIDDEN for a room that is not open to everybody's eyes
 */
export const getEventStream = defineRead({
  name: 'get-event-stream',
  async prepare(context, who, query: Query): Promise<EventStream> {
    const { clock, notifier } = context;
    const start = query.from ?? notifier.position;
    const deadline = clock.now() + Math.min(query.timeout, MAX_TIMEOUT);
    for (let after = start; ;) {
      const viewer = await context.read(() => viewerOf(who, notifier.position));
      // Registered before anything is read, or what happens in between would wake nobody.
      const wait = deadline - clock.now();
      const topics = await context.read(() => topicsOf(viewer, query.roomId));
      const listening = wait > 0 ? notifier.listen(topics, wait, query.signal()) : undefined;
      try {
        const { stored, next } = await context.read(() => pageOf(viewer, query.roomId, after));
        const chunk = await context.read(() => clientEvents(stored, viewer, clock.now()));
        after = next;
        if (chunk.length > 0 || listening === undefined || notifier.closed) return { start, end: after, chunk };
        if (after < notifier.position) continue;
        await listening.woken;
        await context.access.recheck(who);
      } finally {
        listening?.cancel();
      }
    }
  },
});

function* topicsOf({ userId }: Viewer, roomId: RoomId | undefined): Work<readonly Topic[]> {
  const roomIds = roomId === undefined ? yield* memberships.joinedRoomsOf(userId) : [roomId];
  return [`user:${userId}`, ...roomIds.map((id): Topic => `room:${id}`)];
}

/** @returns `next`: up to where was looked */
function* pageOf(
  viewer: Viewer,
  roomId: RoomId | undefined,
  after: number,
): Work<{ readonly stored: readonly StoredEvent[]; readonly next: number }> {
  const position = viewer.newest;
  const upTo = roomId === undefined ? position : newestFor(yield* reading(roomId, viewer.userId), position);
  const found =
    roomId === undefined
      ? yield* eventStream.ofMember(viewer.userId, after, upTo, PAGE)
      : yield* timeline.page({ roomId, viewer: viewer.userId, after, upTo, direction: 'f' }, PAGE);
  const visible = new Set(yield* visibleEvents(found, viewer));
  const wantsInvites = (yield* accountData.find(viewer.userId, undefined, 'm.invite_permission_config'))?.['default_action'] !== 'block';
  const isOwnInvite = ({ event }: StoredEvent): boolean =>
    event.stateKey === viewer.userId && event.content['membership'] === 'invite' && wantsInvites && viewer.ignored?.has(event.sender) !== true;
  const stored = found.filter((one) => visible.has(one) || isOwnInvite(one));
  return { stored, next: found.length < PAGE ? Math.max(after, position) : (found.at(-1)?.pos ?? after) };
}
