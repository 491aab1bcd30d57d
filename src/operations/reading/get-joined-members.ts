import type { RoomId, UserId } from '../../core/identifiers.ts';
import { stringAt } from '../../core/json.ts';
import { endOfReading, stateAfter } from '../../engine/events/room-state.ts';
import { forbidden } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as events from '../../store/events.ts';
import type { StoredEvent } from '../../store/events.ts';
import * as memberships from '../../store/memberships.ts';
import type { Membership } from '../../store/memberships.ts';
import { defineRead } from '../define.ts';

type JoinedMember = Pick<Membership, 'userId' | 'displayName' | 'avatarUrl'>;

/** Who is in a room: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidjoined_members */
export const getJoinedMembers = defineRead({
  name: 'get-joined-members',
  prepare(context, who, { roomId }: { readonly roomId: RoomId }) {
    const { position } = context.notifier;
    return context.read(function* (): Work<readonly JoinedMember[]> {
      const own = yield* memberships.find(roomId, who.userId);
      if (own?.membership !== 'join') throw forbidden(`You are not in the room ${roomId}`);
      const last = yield* endOfReading(roomId, { as: 'member' }, position);
      if (last !== undefined) return yield* joinedAfter(last);
      return yield* memberships.joinedIn(roomId);
    });
  },
});

/** Those who were joined after an event. */
function* joinedAfter(last: StoredEvent): Work<readonly JoinedMember[]> {
  const members = yield* events.findAll([...(yield* stateAfter(last, 'm.room.member')).values()]);
  return members
    .filter(({ event }) => stringAt(event.content, 'membership') === 'join')
    .map(({ event: { stateKey, content } }) => ({
      userId: stateKey as UserId,
      displayName: stringAt(content, 'displayname') ?? null,
      avatarUrl: stringAt(content, 'avatar_url') ?? null,
    }));
}
