import type { EventId, RoomId } from '../../core/identifiers.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as events from '../../store/events.ts';
import type { StoredEvent } from '../../store/events.ts';
import type { Viewer } from './viewer.ts';
import { visibleEvents } from './visibility.ts';

/**
 * An event of a room that a user may see.
 * @throws M_NOT_FOUND, so that nobody learns of the existence of what they may not see
 */
export function* findVisible(roomId: RoomId, eventId: EventId, viewer: Viewer): Work<StoredEvent> {
  const found = yield* events.find(eventId);
  const isHere = found !== undefined && found.event.roomId === roomId;
  const [visible] = isHere ? yield* visibleEvents([found], viewer) : [];
  if (visible === undefined) throw notFound(`There is no event ${eventId} in the room, or you may not see it`);
  return visible;
}
