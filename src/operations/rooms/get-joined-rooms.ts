import type { Requester } from '../../kernel/requester.ts';
import * as memberships from '../../store/memberships.ts';
import { defineRead } from '../define.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3joined_rooms */
export const getJoinedRooms = defineRead({
  name: 'get-joined-rooms',
  prepare: (context, who: Requester, _input: undefined) => context.read(() => memberships.joinedRoomsOf(who.userId)),
});
