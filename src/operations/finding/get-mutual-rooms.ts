import type { RoomId, UserId } from '../../core/identifiers.ts';
import { invalidParam } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as mutualRooms from '../../store/mutual-rooms.ts';
import { defineRead } from '../define.ts';

interface Query {
  readonly userId: UserId;
  /** The last room of the page before. */
  readonly after: RoomId | undefined;
}
interface MutualRooms {
  readonly joined: readonly RoomId[];
  /** Of all pages together. */
  readonly count: number;
  /** The room after which the next page begins; undefined when this is the last one. */
  readonly next: RoomId | undefined;
}

const PAGE = 100;

/**
 * The rooms that the user shares with another one: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mutual_rooms
 * @throws M_INVALID_PARAM when the other one is the user
 */
export const getMutualRooms = defineRead({
  name: 'get-mutual-rooms',
  prepare(context, who, { userId, after }: Query) {
    if (userId === who.userId) throw invalidParam('Ask for the rooms that you share with somebody else; your own are listed by joined_rooms');
    return context.read(function* (): Work<MutualRooms> {
      const found = yield* mutualRooms.page(who.userId, userId, after, PAGE + 1);
      const joined = found.slice(0, PAGE);
      return { joined, count: yield* mutualRooms.count(who.userId, userId), next: found.length > PAGE ? joined.at(-1) : undefined };
    });
  },
});
