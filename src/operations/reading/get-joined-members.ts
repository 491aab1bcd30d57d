import type { RoomId } from '../../core/identifiers.ts';
import { forbidden } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as memberships from '../../store/memberships.ts';
import type { Membership } from '../../store/memberships.ts';
import { defineRead } from '../define.ts';

/** Who is in a room: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidjoined_members */
export const getJoinedMembers = defineRead({
  name: 'get-joined-members',
  prepare(context, who, { roomId }: { readonly roomId: RoomId }) {
    return context.read(function* (): Work<readonly Membership[]> {
      const own = yield* memberships.find(roomId, who.userId);
      if (own?.membership !== 'join') throw forbidden(`You are not in the room ${roomId}`);
      return (yield* memberships.listIn(roomId)).filter(({ membership }) => membership === 'join');
    });
  },
});
