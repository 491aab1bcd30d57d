import { stringAt, type JsonObject } from '../../../core/json.ts';
import type { ServerName } from '../../../core/identifiers.ts';
import { MatrixError } from '../../../kernel/errors.ts';
import type { Requester } from '../../../kernel/requester.ts';
import type { Work } from '../../../kernel/work.ts';
import * as currentState from '../../../store/current-state.ts';
import type { Room } from '../../../store/rooms.ts';
import { memberContent } from './member-content.ts';
import { restrictedJoinAuthoriser } from './restricted-join.ts';

/**
 * The content by which a user joins a room that they are not in. The auth rules decide later whether they may; here is what those do not know:
 * guest access and the conditions of restricted rooms.
 * @param before the user's membership so far
 * @throws M_GUEST_ACCESS_FORBIDDEN, M_FORBIDDEN
 */
export function* joinContent(
  room: Room,
  who: Requester,
  before: string | undefined,
  serverName: ServerName,
  more: { readonly reason?: string | undefined } & Partial<JsonObject>,
): Work<JsonObject> {
  if (who.isGuest) yield* checkGuestAccess(room);
  const authoriser = before === 'invite' ? undefined : yield* restrictedJoinAuthoriser(room, who.userId, serverName);
  return yield* memberContent(who.userId, 'join', { ...more, join_authorised_via_users_server: authoriser });
}

/** https://spec.matrix.org/v1.19/client-server-api/#guest-access */
function* checkGuestAccess({ roomId }: Room): Work<void> {
  const event = yield* currentState.eventAt(roomId, 'm.room.guest_access');
  if (event !== undefined && stringAt(event.content, 'guest_access') === 'can_join') return;
  throw new MatrixError(403, 'M_GUEST_ACCESS_FORBIDDEN', 'Guests cannot join this room; register an account');
}
