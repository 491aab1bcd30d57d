import { readDirectoryToken, writeDirectoryToken } from '../../engine/directory/directory-token.ts';
import { forbidden, MatrixError } from '../../kernel/errors.ts';
import { isRequester, type Caller, type Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as publicRooms from '../../store/public-rooms.ts';
import type { DirectoryPlace, DirectorySearch } from '../../store/public-rooms.ts';
import type { RoomSummary } from '../../store/room-summaries.ts';
import { defineRead } from '../define.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;

interface DirectoryRequest {
  readonly limit?: number | undefined;
  readonly since?: string | undefined;
  readonly server?: string | undefined;
  readonly search: DirectorySearch;
  /** A network of an application service whose rooms are asked for. */
  readonly network?: string | undefined;
}

export interface DirectoryPage {
  readonly rooms: readonly RoomSummary[];
  readonly total: number;
  readonly nextBatch: string | undefined;
  readonly prevBatch: string | undefined;
}

/** The published directory: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3publicrooms */
export const getPublicRooms = defineRead({
  name: 'get-public-rooms',
  prepare(context, who: Caller | Requester, request: DirectoryRequest): Promise<DirectoryPage> {
    if (!isRequester(who) && !context.config.directory.public_rooms_without_login) {
      throw new MatrixError(401, 'M_MISSING_TOKEN', 'Log in to see the list of public rooms of this server');
    }
    if (request.server !== undefined && request.server !== context.serverName) {
      throw forbidden(`This server lists only its own rooms, not those of ${request.server}`);
    }
    const limit = Math.min(request.limit === undefined || request.limit < 1 ? DEFAULT_LIMIT : request.limit, MAX_LIMIT);
    const from = request.since === undefined ? undefined : readDirectoryToken(request.since);
    if (request.network !== undefined) return Promise.resolve({ rooms: [], total: 0, nextBatch: undefined, prevBatch: undefined });
    return context.read(() => pageFrom(request.search, from, limit));
  },
});

/** One room more than the page has is looked for, to know whether the directory goes on. */
function* pageFrom(search: DirectorySearch, from: DirectoryPlace | undefined, limit: number): Work<DirectoryPage> {
  const isBackwards = from?.direction === 'backwards';
  const found = yield* publicRooms.list(search, from, limit + 1);
  const goesOn = found.length > limit;
  const rooms = isBackwards ? found.slice(-limit) : found.slice(0, limit);
  const token = (direction: DirectoryPlace['direction'], room: RoomSummary | undefined) =>
    room === undefined ? undefined : writeDirectoryToken({ direction, joinedMembers: room.joinedMembers, roomId: room.roomId });
  return {
    rooms,
    total: yield* publicRooms.count(search),
    nextBatch: isBackwards || goesOn ? token('forwards', rooms.at(-1)) : undefined,
    prevBatch: from !== undefined && (!isBackwards || goesOn) ? token('backwards', rooms[0]) : undefined,
  };
}
