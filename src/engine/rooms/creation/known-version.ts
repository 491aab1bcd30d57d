import { roomVersion, type RoomVersion } from '../../../core/room-versions.ts';
import { MatrixError } from '../../../kernel/errors.ts';

/** The room version with that id. @throws M_UNSUPPORTED_ROOM_VERSION */
export function knownVersion(id: string): RoomVersion {
  const version = roomVersion(id);
  if (version === undefined) throw new MatrixError(400, 'M_UNSUPPORTED_ROOM_VERSION', `This server does not know room version ${id}`);
  return version;
}
