import type { RoomId, UserId } from '../../core/identifiers.ts';
import type { Work } from '../../kernel/work.ts';
import * as currentState from '../../store/current-state.ts';
import * as memberships from '../../store/memberships.ts';
import * as roomSummaries from '../../store/room-summaries.ts';
import type { RoomSummary } from '../../store/room-summaries.ts';
import * as rooms from '../../store/rooms.ts';
import type { Room } from '../../store/rooms.ts';
import { roomsThatLetIn } from './membership/restriction.ts';

/** A room as those see it who may enter it: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1room_summaryroomidoralias */
export interface RoomPreview {
  readonly room: Room;
  readonly summary: RoomSummary;
  /** The rooms whose members may join; undefined where the room is not restricted. */
  readonly letsIn: readonly RoomId[] | undefined;
  /** How the viewer stands to the room; undefined when they never had to do with it. */
  readonly membership: string | undefined;
}

/**
 * A room, for somebody who is in it, or who may enter, knock on or look into it; undefined for all others and where there is no room.
 * @param viewer undefined for somebody who is not logged in
 */
export function* previewOf(roomId: RoomId, viewer: UserId | undefined): Work<RoomPreview | undefined> {
  const room = yield* rooms.find(roomId);
  const summary = yield* roomSummaries.find(roomId);
  if (room === undefined || summary === undefined) return undefined;
  const membership = viewer === undefined ? undefined : (yield* memberships.find(roomId, viewer))?.membership;
  const preview = { room, summary, letsIn: yield* lettingIn(room, summary), membership };
  return (yield* mayPreview(preview, viewer)) ? preview : undefined;
}

function* lettingIn(room: Room, { joinRule }: RoomSummary): Work<readonly RoomId[] | undefined> {
  if (joinRule?.endsWith('restricted') !== true) return undefined;
  const rules = yield* currentState.eventAt(room.roomId, 'm.room.join_rules');
  return rules && roomsThatLetIn(rules.content, room.version);
}

/** The conditions of https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidhierarchy */
function* mayPreview({ room, summary, letsIn, membership }: RoomPreview, viewer: UserId | undefined): Work<boolean> {
  if (summary.historyVisibility === 'world_readable' || membership === 'join' || membership === 'invite') return true;
  if (membership === 'ban') return false;
  if (summary.joinRule === 'public') return true;
  if (summary.joinRule === 'knock' && room.version.knocking) return true;
  if (summary.joinRule === 'knock_restricted' && room.version.knockRestrictedJoins) return true;
  return viewer !== undefined && letsIn !== undefined && (yield* memberships.isJoinedToAny(viewer, letsIn));
}
