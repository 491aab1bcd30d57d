import type { RoomId, UserId } from '../../core/identifiers.ts';
import { PowerLevels } from '../../core/power-levels.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as currentState from '../../store/current-state.ts';
import * as memberships from '../../store/memberships.ts';

/** Who may do what in a room now. @throws M_NOT_FOUND for an unknown room */
export function* roomLevels(roomId: RoomId): Work<PowerLevels> {
  const create = yield* currentState.eventAt(roomId, 'm.room.create');
  if (create === undefined) throw notFound(`This server does not know the room ${roomId}`);
  return new PowerLevels(create.version, create, yield* currentState.eventAt(roomId, 'm.room.power_levels'));
}

/** Whether a user is in a room and has the power level that state of a type needs. */
export function* maySetState(roomId: RoomId, userId: UserId, type: string): Work<boolean> {
  if ((yield* memberships.find(roomId, userId))?.membership !== 'join') return false;
  const levels = yield* roomLevels(roomId);
  return levels.userLevel(userId) >= levels.eventLevel(type, true);
}
