import type { EventId } from './identifiers.ts';
import type { JsonObject } from './json.ts';
import { relationOf } from './relations.ts';

/** A thread as receipts and notification counts name it: by its root, or `main` for what is in no thread. */
export type ThreadId = EventId | typeof MAIN_THREAD;
export const MAIN_THREAD = 'main';
/** How far the specification recommends to follow relations: a reaction to an edit of a threaded event takes two. */
const MAX_HOPS = 3;

/**
 * The thread that an event belongs to: https://spec.matrix.org/v1.19/client-server-api/#threaded-read-receipts
 * A generator like `contentOf`, so that it can run inside a unit of work that reads the store.
 * @param content of the event
 * @param contentOf finds the content of an event of the same room; undefined when it is not known there
 */
export function* threadOf<Step, Answer>(
  content: JsonObject,
  contentOf: (eventId: EventId) => Generator<Step, JsonObject | undefined, Answer>,
): Generator<Step, ThreadId, Answer> {
  let current: JsonObject | undefined = content;
  for (let hops = 0; current !== undefined; hops += 1) {
    const relation = relationOf(current);
    if (relation === undefined) return MAIN_THREAD;
    if (relation.relType === 'm.thread') return relation.eventId;
    if (hops === MAX_HOPS) return MAIN_THREAD;
    current = yield* contentOf(relation.eventId);
  }
  return MAIN_THREAD;
}

/** Whether a client may start or continue a thread at an event: only where it has no relation itself. */
export const canBeThreadRoot = (content: JsonObject): boolean => relationOf(content) === undefined;
