import type { RoomId, UserId } from '../../core/identifiers.ts';
import { forbidden } from '../../kernel/errors.ts';
import * as memberships from '../../store/memberships.ts';
import { defineRead } from '../define.ts';
import { onlyOwn } from '../only-own.ts';

interface Setting {
  readonly userId: UserId;
  readonly roomId: RoomId;
  readonly typing: boolean;
  /** ms */
  readonly timeout: number;
}

/** Who types is kept in memory alone: https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3roomsroomidtypinguserid */
export const setTyping = defineRead({
  name: 'set-typing',
  async prepare(context, who, { userId, roomId, typing, timeout }: Setting): Promise<void> {
    onlyOwn(who, userId, 'The typing notification');
    const membership = await context.read(() => memberships.find(roomId, userId));
    if (membership?.membership !== 'join') throw forbidden(`You are not joined to ${roomId}`);
    context.presence.active(who);
    if (who.shadowBanned) return;
    if (typing) context.typing.start(roomId, userId, timeout);
    else context.typing.stop(roomId, userId);
  },
});
