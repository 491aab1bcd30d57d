import type { EventTemplate } from '../../core/event.ts';
import { serverOf, type EventId, type RoomId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { forbidden, notFound, userSuspended } from '../../kernel/errors.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as events from '../../store/events.ts';
import { roomLevels } from './room-levels.ts';

/**
 * The event that redacts another. Whether the sender may send redactions at all is for the auth rules to say; here it is decided
 * whether they may redact this event: https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3roomsroomidredacteventidtxnid
 * @param content of the redaction, without `redacts`
 * @throws M_NOT_FOUND, M_FORBIDDEN, M_USER_SUSPENDED
 */
export function* redaction(roomId: RoomId, target: EventId, who: Requester, content: JsonObject): Work<EventTemplate> {
  const found = yield* events.find(target);
  if (found === undefined || found.event.roomId !== roomId || (found.hidden && found.event.sender !== who.userId)) {
    throw notFound(`There is no event ${target} in this room`);
  }
  const { type, sender } = found.event;
  if (type === 'm.room.create') throw forbidden('The create event of a room cannot be redacted');
  if (who.barred === 'suspended' && sender !== who.userId) throw userSuspended();
  const isOwn = sender === who.userId || (who.isAdmin && serverOf(sender) === serverOf(who.userId));
  const levels = isOwn ? undefined : yield* roomLevels(roomId);
  if (levels !== undefined && levels.userLevel(who.userId) < levels.redact) {
    throw forbidden(`You may redact only your own events in this room: others' need power level ${levels.redact}`);
  }
  return { type: 'm.room.redaction', sender: who.userId, content, redacts: target };
}
