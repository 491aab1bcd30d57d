import { existing, type RoomKeysPlace } from '../../engine/encryption/key-backups.ts';
import * as sessions from '../../store/key-backup-sessions.ts';
import type { BackedUpSession } from '../../store/key-backup-sessions.ts';
import { defineRead } from '../define.ts';

export type { BackedUpSession };

/** How many keys are read at once. */
const PAGE = 500;

/** The keys at a place in a backup: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3room_keyskeys */
export const getRoomKeys = defineRead({
  name: 'get-room-keys',
  async prepare(context, who, place: RoomKeysPlace): Promise<readonly BackedUpSession[]> {
    const { userId } = who;
    const { version } = await context.read(() => existing(userId, place.version));
    const found: BackedUpSession[] = [];
    for (let last = { roomId: '', sessionId: '' }; ;) {
      const page = await context.read(() => sessions.list({ ...place, userId, version }, last, PAGE));
      found.push(...page);
      const end = page.at(-1);
      if (end === undefined || page.length < PAGE) return found;
      last = end;
    }
  },
});
