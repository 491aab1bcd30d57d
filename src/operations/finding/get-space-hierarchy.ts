import type { RoomId } from '../../core/identifiers.ts';
import { SpaceWalk, type RoomOfSpace } from '../../engine/spaces/space-walk.ts';
import { forbidden } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import { defineRead } from '../define.ts';

/** Where in which walk a page begins. */
interface Place {
  readonly maxDepth: number;
  readonly suggestedOnly: boolean;
  /** How many steps of the walk earlier pages have made. */
  readonly skip: number;
}
interface Query extends Place {
  readonly roomId: RoomId;
  readonly limit: number;
}

interface Hierarchy {
  readonly rooms: readonly RoomOfSpace[];
  /** Where the next page begins; undefined when this is the last one. */
  readonly next: Place | undefined;
}

/** Rooms that are looked at before other requests have their turn. */
const SLICE = 50;

/**
 * A page of the tree below a space. The tree is walked from its root for each page, so that nothing has to be remembered between them.
 * https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidhierarchy
 * @throws M_FORBIDDEN when the space is not there, or the user may not know of it
 */
export const getSpaceHierarchy = defineRead({
  name: 'get-space-hierarchy',
  async prepare(context, who, query: Query): Promise<Hierarchy> {
    const walk = new SpaceWalk(query.roomId, { ...query, viewer: who.userId });
    const rooms: RoomOfSpace[] = [];
    while (!walk.isOver) {
      const skip = await context.read(() => slice(walk, query, rooms));
      if (skip !== undefined) return { rooms, next: { maxDepth: query.maxDepth, suggestedOnly: query.suggestedOnly, skip } };
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { rooms, next: undefined };
  },
});

/** Goes some steps on. @returns the steps before the first room that has no place in the page; undefined while there is room */
function* slice(walk: SpaceWalk, { roomId, skip, limit }: Query, rooms: RoomOfSpace[]): Work<number | undefined> {
  for (let count = 0; count < SLICE && !walk.isOver; count++) {
    const before = walk.steps;
    const room = yield* walk.step();
    if (room === undefined && before === 0) throw forbidden(`You may not look into ${roomId}, or there is no such room`);
    if (room === undefined || before < skip) continue;
    if (rooms.length === limit) return before;
    rooms.push(room);
  }
  return undefined;
}
