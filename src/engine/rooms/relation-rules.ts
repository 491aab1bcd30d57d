import type { Event } from '../../core/event.ts';
import type { JsonObject } from '../../core/json.ts';
import { relationOf } from '../../core/relations.ts';
import { canBeThreadRoot } from '../../core/threads.ts';
import { MatrixError } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as annotations from '../../store/annotations.ts';
import * as events from '../../store/events.ts';

/**
 * Refuses to start a thread at an event that relates to another (https://spec.matrix.org/v1.19/client-server-api/#validation-of-mthread-relationships).
 * @throws M_UNKNOWN
 */
export function* checkThreadRoot(content: JsonObject): Work<void> {
  const relation = relationOf(content);
  if (relation?.relType !== 'm.thread') return;
  const root = yield* events.find(relation.eventId);
  if (root === undefined || canBeThreadRoot(root.event.content)) return;
  throw new MatrixError(400, 'M_UNKNOWN', 'A thread cannot begin at an event that relates to another event itself');
}

/**
 * Refuses an annotation that its sender has made before (https://spec.matrix.org/v1.19/client-server-api/#avoiding-duplicate-annotations).
 * @param event one that was just stored
 * @throws M_DUPLICATE_ANNOTATION
 */
export function* checkNotRepeated(event: Event): Work<void> {
  if (relationOf(event.content)?.relType !== 'm.annotation') return;
  if (yield* annotations.isRepeated(event)) throw new MatrixError(400, 'M_DUPLICATE_ANNOTATION', 'You have annotated this event so already');
}
