import type { EventId } from './identifiers.ts';
import type { JsonObject } from './json.ts';
import { relationOf } from './relations.ts';

/** A thread as receipts and notification counts name it: by its root, or `main` for what is in no thread. */
export type ThreadId = EventId | typeof MAIN_THREAD;
export const MAIN_THREAD = 'main';
/** How far the specification recommends to follow relations: a reaction to an edit of a threaded event takes two. */
const MAX_HOPS = 3;

/** Finds the content of an event of the same room; undefined when it is not known there. */
type ContentOf<Step, Answer> = (eventId: EventId) => Generator<Step, JsonObject | undefined, Answer>;

/**
 * The thread that an event belongs to: https://spec.matrix.org/v1.19/client-server-api/#threaded-read-receipts
 * A generator like `contentOf`, so that it can run inside a unit of work that reads the store.
 * @param content of the event
 */
export function* threadOf<Step, Answer>(content: JsonObject, contentOf: ContentOf<Step, Answer>): Generator<Step, ThreadId, Answer> {
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

/** Whether an event is related to another, directly or by way of others, by relations of any type. */
export function* isRelatedTo<Step, Answer>(
  content: JsonObject,
  target: EventId,
  contentOf: ContentOf<Step, Answer>,
): Generator<Step, boolean, Answer> {
  let current: JsonObject | undefined = content;
  for (let hops = 0; current !== undefined && hops <= MAX_HOPS; hops += 1) {
    const relation = relationOf(current);
    if (relation === undefined) return false;
    if (relation.eventId === target) return true;
    current = yield* contentOf(relation.eventId);
  }
  return false;
}

/** Whether a client may start or continue a thread at an event: only where it has no relation itself. */
export const canBeThreadRoot = (content: JsonObject): boolean => relationOf(content) === undefined;
