import type { RoomId, UserId } from '../../core/identifiers.ts';
import { defineRead } from '../define.ts';
import { onlyOwn } from '../only-own.ts';
import * as tags from '../../store/tags.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3useruseridroomsroomidtags */
export const getTags = defineRead({
  name: 'get-tags',
  prepare(context, who, input: { readonly userId: UserId; readonly roomId: RoomId }) {
    onlyOwn(who, input.userId, 'The tags');
    return context.read(() => tags.ofRoom(input.userId, input.roomId));
  },
});
