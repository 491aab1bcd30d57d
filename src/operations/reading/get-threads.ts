import { parseEvent } from '../../core/events.ts';
import type { RoomId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { redact } from '../../core/redaction.ts';
import { bundledEvents } from '../../engine/events/bundled-events.ts';
import { reading } from '../../engine/events/may-read.ts';
import { visibleThreads } from '../../engine/events/visible-threads.ts';
import { viewerOf, type Viewer } from '../../engine/events/viewer.ts';
import { forbidden } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import type { StoredEvent } from '../../store/events.ts';
import * as memberships from '../../store/memberships.ts';
import { defineRead } from '../define.ts';

interface Query {
  readonly roomId: RoomId;
  readonly include: 'all' | 'participated';
  /** Position of a token. */
  readonly from: number | undefined;
  readonly limit: number;
}

interface Threads {
  readonly chunk: readonly JsonObject[];
  readonly nextBatch: number | undefined;
}

/** The roots of a room's threads: https://spec.matrix.org/v1.19/client-server-api/#querying-threads-in-a-room */
export const getThreads = defineRead({
  name: 'get-threads',
  prepare(context, who, query: Query) {
    const [now, position] = [context.clock.now(), context.notifier.position];
    return context.read(function* (): Work<Threads> {
      const { roomId } = query;
      yield* reading(roomId, who.userId);
      if ((yield* memberships.find(roomId, who.userId))?.membership === 'ban') throw forbidden(`You are banned from the room ${roomId}`);
      const viewer = yield* viewerOf(who, position);
      const participant = query.include === 'participated' ? who.userId : undefined;
      const upTo = Math.min(query.from ?? position, position);
      const { roots, next } = yield* visibleThreads({ roomId, upTo, participant, limit: query.limit }, viewer);
      return {
        chunk: yield* bundledEvents(
          roots.map((root) => asSeenBy(root, viewer)),
          viewer,
          now,
        ),
        nextBatch: next,
      };
    });
  },
});

/** What an ignored user wrote at the root of a thread is shown as if it were redacted. */
function asSeenBy(root: StoredEvent, { ignored }: Viewer): StoredEvent {
  const { event } = root;
  if (ignored?.has(event.sender) !== true) return root;
  return { ...root, event: parseEvent(redact(event.pdu, event.version), event.version, event) };
}
