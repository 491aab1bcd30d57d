import type { UserId } from '../../core/identifiers.ts';
import { administeredUser } from '../../engine/accounts/administered-user.ts';
import type { Requester } from '../../kernel/requester.ts';
import * as memberships from '../../store/memberships.ts';
import { defineRead } from '../define.ts';

/** The rooms that a user has joined, for administrators. @throws M_INVALID_PARAM for a user of another server; M_NOT_FOUND */
export const listRoomsOfUser = defineRead({
  name: 'list-rooms-of-user',
  prepare: (context, _who: Requester, userId: UserId) =>
    context.read(function* () {
      yield* administeredUser(userId, context.serverName);
      return yield* memberships.joinedRoomsOf(userId);
    }),
});
